import { isLabelKey, isLabelValue } from '../../model/label-syntax.js';
import { quote } from '../../model/text.js';
import { defineRule, gatehouse } from '../rule.js';
import { isFaulty, items, SELECTOR_KINDS, selectors } from '../shapes.js';

/** A requirement that the operator cannot mean, or that no label can ever meet. */
export const selectorRequirement = defineRule({
  code: 'selector/requirement',
  summary: '`In`/`NotIn` without values, `Exists`/`DoesNotExist` with values, or no valid label',
  severity: 'deny',
  kinds: SELECTOR_KINDS,
  messages: {
    missing: gatehouse(({ operator, empty }: { operator: string; empty: boolean }) => ({
      message:
        operator === 'In'
          ? '`In` without values matches nothing, so this selector selects nothing'
          : `\`${operator}\` needs values; ${empty ? 'with an empty list it excludes nothing' : 'without them Linkerd treats the requirement as never met'}`,
      hint:
        operator === 'In'
          ? 'name the values, or write `operator: Exists` for any value'
          : 'name the values, or leave the requirement out',
    })),
    forbidden: gatehouse(({ operator }: { operator: string }) => ({
      message: `\`${operator}\` takes no values; with them Linkerd treats the requirement as never met`,
      hint: `leave \`values\` out, or write \`operator: ${operator === 'Exists' ? 'In' : 'NotIn'}\``,
    })),
    key: gatehouse(({ key }: { key: string }) => ({
      message: `${key} is no valid label key, so no label can have it`,
      hint: 'a key has letters, digits, `-`, `_` and `.`, perhaps after a `prefix.example/`',
    })),
    value: gatehouse(({ value }: { value: string }) => ({
      message: `${value} is no valid label value, so no label can have it`,
      hint: 'a value has at most 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit',
    })),
  },
  check({ subject }, report) {
    for (const selector of selectors(subject)) {
      for (const [key, value] of Object.entries(selector.value.matchLabels ?? {})) {
        const path = [...selector.path, 'matchLabels', key];
        if (!isLabelKey(key)) report('key', path, { key: quote(key) });
        if (typeof value === 'string' && !isLabelValue(value)) report('value', path, { value: quote(value) });
      }
      for (const { path, value } of items(selector.value.matchExpressions, [
        ...selector.path,
        'matchExpressions',
      ])) {
        const { key, operator, values } = value;
        if (typeof key === 'string' && !isLabelKey(key)) report('key', [...path, 'key'], { key: quote(key) });
        const present = values !== undefined && values !== null;
        if (operator === 'Exists' || operator === 'DoesNotExist') {
          if (present) report('forbidden', [...path, 'values'], { operator });
          continue;
        }
        if (typeof operator === 'string' && (!present || values.length === 0)) {
          const faulty = isFaulty(subject, [...path, 'values']);
          if (!faulty) report('missing', present ? [...path, 'values'] : path, { operator, empty: present });
        }
        for (const item of items(values, [...path, 'values'])) {
          if (!isLabelValue(item.value)) report('value', item.path, { value: quote(item.value) });
        }
      }
    }
  },
});
