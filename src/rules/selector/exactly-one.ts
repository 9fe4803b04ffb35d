import { defineRule, gatehouse } from '../rule.js';
import { isFaulty, SELECTOR_KINDS, selectors } from '../shapes.js';

/** A selector says what it selects in one way; `{}` selects everything and is too easily written by accident. */
export const selectorExactlyOne = defineRule({
  code: 'selector/exactly-one',
  summary: 'a selector without exactly one of `matchLabels`, `matchExpressions`',
  severity: 'deny',
  kinds: SELECTOR_KINDS,
  messages: {
    none: gatehouse(() => ({
      message:
        'a selector needs `matchLabels` or `matchExpressions`; this one has neither and would select everything',
      brief: 'neither `matchLabels` nor `matchExpressions`: selects everything',
      hint: 'write `matchLabels: {}` to select everything on purpose',
    })),
    both: gatehouse(() => ({
      message: 'a selector takes either `matchLabels` or `matchExpressions`; this one has both',
      brief: 'it has both `matchLabels` and `matchExpressions`',
      hint: 'write each label as an expression: `{key: …, operator: In, values: […]}`',
    })),
  },
  check({ subject, world }, report) {
    if (world.selectors === 'kubernetes') return;
    for (const { path, value } of selectors(subject)) {
      const labels = value.matchLabels !== undefined && value.matchLabels !== null;
      const expressions = value.matchExpressions !== undefined && value.matchExpressions !== null;
      if (labels && expressions) report('both', path, {});
      if (!labels && !expressions && !isFaulty(subject, path)) report('none', path, {});
    }
  },
});
