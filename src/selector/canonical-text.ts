import type { Requirement } from './requirement.js';

/** What needs no quotes. None of these characters separates anything below, so the text can be read one way only. */
const PLAIN = /^[\w./-]+$/;

/** A label key or value as it appears in canonical text: itself, or a JSON string if it could be misread. */
export function token(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text);
}

/**
 * The canonical text of a conjunction, in the syntax of `kubectl get -l`. Different lists of normal-form requirements
 * have different texts: keys come in order and once each, so `app,app!=web` can only be `exists` with an exception.
 */
export function requirementsText(requirements: readonly Requirement[]): string {
  return requirements.map(requirementText).join(',');
}

function requirementText({ op, key, values }: Requirement): string {
  const name = token(key);
  const list = values.map(token).join(',');
  const excluded = values.length === 1 ? `${name}!=${list}` : `${name} notin (${list})`;
  switch (op) {
    case 'in':
      return values.length === 1 ? `${name}=${list}` : `${name} in (${list})`;
    case 'notIn':
      return excluded;
    case 'exists':
      return values.length === 0 ? name : `${name},${excluded}`;
    case 'absent':
      return `!${name}`;
  }
}
