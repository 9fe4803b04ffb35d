/** The order in which a CA changes, decided from Secret, bundle and clock alone. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { makeCa } from '../../../../src/adapters/certs/authority.js';
import {
  bundleOf,
  caOf,
  readCaState,
  writeCaState,
  type Ca,
  type CaState,
} from '../../../../src/adapters/certs/managed/ca-state.js';
import { lifetimesOf } from '../../../../src/adapters/certs/managed/lifetimes.js';
import { nextStep, wantedBundle, type Step } from '../../../../src/adapters/certs/managed/next-step.js';
import { CALM, isFight, repairAt, repaired } from '../../../../src/adapters/certs/managed/repair-pace.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);
const LIFETIMES = lifetimesOf(365 * DAY, 7 * DAY);

const mkCa = async (days: number): Promise<Ca> =>
  caOf(await makeCa('ca', { from: NOW - 400 * DAY, to: NOW + days * DAY }));
let fresh: Ca;
let other: Ca;
let third: Ca;
let due: Ca;
let ended: Ca;
beforeAll(async () => {
  [fresh, other, third, due, ended] = (await Promise.all([360, 364, 363, 120, -1].map(mkCa))) as [
    Ca,
    Ca,
    Ca,
    Ca,
    Ca,
  ];
});

const certOf = ({ cert, endsAt }: Ca) => ({ cert, endsAt });

/** The step, in a word or two. */
function step(state: CaState | undefined, published: string[] | undefined, now = NOW): string {
  const found = nextStep({ state, published, now, lifetimes: LIFETIMES });
  if (found === undefined) return 'nothing';
  return found.do === 'store' ? found.why : found.do;
}

const storing = (state: CaState, published: string[] | undefined, now = NOW): CaState => {
  const found = nextStep({ state, published, now, lifetimes: LIFETIMES }) as Extract<
    Step,
    { state: CaState }
  >;
  return found.state;
};

describe('the next step', () => {
  it('makes a CA where there is none', () => {
    expect(step(undefined, undefined)).toBe('new-ca');
    expect(step({ previous: [] }, [''])).toBe('new-ca');
    expect(step({ current: ended, previous: [] }, [ended.cert])).toBe('new-ca');
  });

  it('makes the first one sign as soon as it is published, or at once where nothing is registered', () => {
    expect(step({ next: fresh, previous: [] }, ['', ''])).toBe('publish');
    expect(step({ next: fresh, previous: [] }, [fresh.cert, fresh.cert])).toBe('promote');
    expect(step({ next: fresh, previous: [] }, undefined)).toBe('promote');
  });

  it('is none while the CA is young and published in every entry', () => {
    expect(step({ current: fresh, previous: [] }, [fresh.cert, fresh.cert])).toBe('nothing');
    expect(step({ current: fresh, previous: [] }, [fresh.cert, ''])).toBe('publish');
    expect(step({ current: fresh, previous: [] }, [`${fresh.cert}\n`])).toBe('publish');
  });

  it('makes the next CA when two thirds of the life are over', () => {
    expect(step({ current: due, previous: [] }, [due.cert])).toBe('new-ca');
    const justNot = due.endsAt - (365 * DAY) / 3 - 1;
    expect(step({ current: due, previous: [] }, [due.cert], justNot)).toBe('nothing');
    expect(step({ current: due, previous: [] }, [due.cert], justNot + 1)).toBe('new-ca');
  });

  it('publishes both, notes that, waits 60 s, and only then lets the new one sign', () => {
    const state: CaState = { current: due, next: fresh, previous: [] };
    const both = bundleOf([due, fresh]);
    expect(step(state, [due.cert])).toBe('publish');
    expect(step(state, [both])).toBe('note');
    const noted = storing(state, [both]);
    expect(noted.next?.publishedAt).toBe(NOW);
    expect(step(noted, [both], NOW + 59_999)).toBe('nothing');
    expect(step(noted, [both], NOW + 60_000)).toBe('promote');
    const promoted = storing(noted, [both], NOW + 60_000);
    expect(promoted.current).toEqual(fresh);
    expect(promoted.next).toBeUndefined();
    expect(promoted.previous).toEqual([{ ...certOf(due), until: NOW + 60_000 + 7 * DAY }]);
  });

  it('waits anew when the new one was taken out, or was noted by a clock ahead of ours', () => {
    const state: CaState = { current: due, next: { ...fresh, publishedAt: NOW - 30_000 }, previous: [] };
    expect(step(state, [due.cert])).toBe('forget');
    expect(storing(state, [due.cert]).next).toEqual({ ...fresh, publishedAt: undefined });
    const ahead: CaState = { ...state, next: { ...fresh, publishedAt: NOW + 3_600_000 } };
    expect(step(ahead, [bundleOf([due, fresh])])).toBe('note');
  });

  it('drops the old one when its last leaf has ended, first from the Secret and then from the bundle', () => {
    const until = NOW + 7 * DAY;
    const state: CaState = { current: fresh, previous: [{ ...certOf(due), until }] };
    const both = [bundleOf([fresh, due])];
    expect(step(state, both, until - 1)).toBe('nothing');
    expect(step(state, both, until)).toBe('prune');
    expect(step(storing(state, both, until), both, until)).toBe('publish');
    expect(wantedBundle(storing(state, both, until))).toBe(fresh.cert);
  });

  it('keeps what was published when the Secret is gone, and waits for the new CA', () => {
    const made = storing(undefined as never, [bundleOf([fresh, other])]);
    expect(made).toEqual({
      current: undefined,
      previous: [fresh, other].map((ca) => ({ ...certOf(ca), until: NOW + 7 * DAY })),
    });
    const state: CaState = { ...made, next: third };
    expect(step(state, [bundleOf([fresh, other])])).toBe('publish');
    const all = bundleOf([fresh, other, third]);
    expect(wantedBundle(state)).toBe(all);
    expect(step(state, [all])).toBe('note');
  });

  it('never wants more than three', () => {
    const previous = [other, third, due].map(certOf);
    const made = storing({ previous }, ['']);
    expect(made.previous).toHaveLength(2);
    expect(wantedBundle({ current: fresh, next: other, previous })).toBe(bundleOf([fresh, other, other]));
  });
});

describe('the state in the Secret', () => {
  it('is read as it was written', () => {
    const state: CaState = {
      current: fresh,
      next: { ...other, publishedAt: NOW },
      previous: [{ ...certOf(third), until: NOW + DAY }, certOf(due)],
    };
    const texts = new Map(
      [...writeCaState(state)].flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])),
    );
    expect(readCaState(texts)).toEqual(state);
  });

  it('names the keys that are to go', () => {
    const gone = [...writeCaState({ current: fresh, previous: [] })].filter(([, text]) => text === undefined);
    expect(gone.map(([key]) => key)).toEqual([
      'next-ca.crt',
      'next-ca.key',
      'next-ca.published-at',
      'previous-ca.crt',
      'previous-ca.until',
    ]);
  });

  it.each([
    ['no key', () => ({ 'ca.crt': fresh.cert })],
    ['the key of another', () => ({ 'ca.crt': fresh.cert, 'ca.key': other.key })],
    ['a key that does not parse', () => ({ 'ca.crt': fresh.cert, 'ca.key': 'nonsense' })],
  ])('keeps a CA with %s as one that may have signed', (_, data) => {
    expect(readCaState(new Map(Object.entries(data())))).toEqual({ previous: [certOf(fresh)] });
  });

  it('reads nothing out of nonsense', () => {
    expect(
      readCaState(
        new Map([
          ['ca.crt', 'nonsense'],
          ['ca.key', ''],
        ]),
      ),
    ).toEqual({ previous: [] });
  });
});

describe('the pace of repairs', () => {
  it('is at once five times a minute, then 10, 20, 40 s, and calm again after quiet', () => {
    let pace = CALM;
    const waits: number[] = [];
    let now = 0;
    for (let i = 0; i < 9; i++) {
      const at = repairAt(pace, now);
      waits.push(at - now);
      now = at;
      pace = repaired(pace, now);
    }
    expect(waits).toEqual([0, 0, 0, 0, 0, 10_000, 20_000, 40_000, 80_000]);
    expect(isFight(pace, now)).toBe(true);
    const later = now + 1_000_000;
    pace = repaired(pace, later);
    expect(isFight(pace, later)).toBe(false);
    expect(repairAt(pace, later)).toBe(later);
  });
});
