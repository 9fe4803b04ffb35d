import { describe, expect, it } from '@jest/globals';
import { objectDuplicate } from '../../../src/rules/object/duplicate.js';
import { toFinding } from '../../../src/rules/run.js';
import { DEFAULT_RULE_SETTINGS } from '../../../src/rules/settings.js';
import { findingsOf, mkObject, mkSubject, textOf } from '../harness.js';

const server = '{kind: Server, spec: {podSelector: {matchLabels: {}}, port: 80}}';

// What counts the objects of an input is `lint` (test/app); here is what it says.
describe('object/duplicate', () => {
  it('sees nothing in one object', () => {
    expect(findingsOf(objectDuplicate, server)).toEqual([]);
    expect(objectDuplicate.lintOnly).toBe(true);
  });

  it('says where the object was given first', () => {
    const subject = mkSubject(mkObject(server));
    const finding = toFinding(
      objectDuplicate,
      'twice',
      ['metadata', 'name'],
      { first: 'a.yaml:3' },
      DEFAULT_RULE_SETTINGS,
      subject,
    );
    expect(textOf(finding!)).toBe(
      'metadata.name [object/duplicate]: this object was given before, at a.yaml:3; applied together, the last one wins\n' +
        '  keep one of them',
    );
    expect(finding!.severity).toBe('warn');
  });

  it('says nothing where it is switched off', () => {
    const { ref } = mkSubject(mkObject(server));
    const settings = { ...DEFAULT_RULE_SETTINGS, rules: new Map([['object/duplicate', 'off' as const]]) };
    expect(toFinding(objectDuplicate, 'twice', [], { first: 'a.yaml:3' }, settings, { ref })).toBeUndefined();
  });
});
