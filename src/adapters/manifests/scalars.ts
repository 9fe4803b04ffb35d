/**
 * What an unquoted YAML word means to kubectl, that is to sigs.k8s.io/yaml and go-yaml v2 below it: mostly YAML 1.1
 * (`yes`, `on` and `y` are booleans, `017` is fifteen), but timestamps stay text and there are no sexagesimal numbers.
 * test/adapters/manifests/kubectl.json holds what that library answers.
 */
export type Scalar = string | number | boolean | null;

const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...spellings(null, ['', '~', 'null', 'Null', 'NULL']),
  ...spellings(true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']),
  ...spellings(false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']),
  ...spellings(NaN, ['.nan', '.NaN', '.NAN']),
  ...spellings(Infinity, ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']),
  ...spellings(-Infinity, ['-.inf', '-.Inf', '-.INF']),
]);

function spellings(value: Scalar, words: readonly string[]): [string, Scalar][] {
  return words.map((word) => [word, value]);
}

// The longest word above has five letters; a number or a word starts with one of these.
const MAY_BE_WORD = /^[yYnNtTfFoO~.+-]/;
const MAY_BE_NUMBER = /^[-+.0-9]/;
const DECIMAL = /^[1-9][0-9]{0,14}$/;
const BASED = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** The value of an unquoted scalar. NaN and infinities are returned as such: JSON has none, the caller refuses them. */
export function resolvePlain(text: string): Scalar {
  if (text.length <= 5 && (text === '' || MAY_BE_WORD.test(text))) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  if (!MAY_BE_NUMBER.test(text)) return text;
  if (DECIMAL.test(text)) return Number(text);
  const plain = text.replaceAll('_', '');
  const based = parseBased(plain);
  if (based !== undefined) return Number(based);
  if (!FLOAT.test(plain)) return text;
  const value = Number(plain);
  if (!Number.isFinite(value)) return text;
  // Go's integers know no negative zero.
  return value === 0 ? 0 : value;
}

/** Hexadecimal, binary and octal integers (`017` as well as `0o17`), as far as Go's 64 bits reach. */
function parseBased(plain: string): bigint | undefined {
  const [, sign, digits] = BASED.exec(plain) ?? [];
  if (digits === undefined || digits.length > 70) return undefined;
  const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits}` : digits);
  if (sign === '-') return value <= 2n ** 63n ? -value : undefined;
  return value < 2n ** (sign === '' ? 64n : 63n) ? value : undefined;
}

const STANDARD_TAG = /^tag:yaml\.org,2002:(bool|int|float|null|binary|timestamp)$/;
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F_]+|[0-9][0-9_bBoO]*)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The value of a scalar with a tag (`!!int "5"`); undefined if it does not fit. Tags of no meaning leave the text. */
export function resolveTagged(tag: string, text: string): Scalar | undefined {
  const value = resolvePlain(text);
  const fits = (fit: boolean): Scalar | undefined => (fit ? value : undefined);
  switch (STANDARD_TAG.exec(tag)?.[1] ?? '') {
    case 'bool':
      return fits(typeof value === 'boolean');
    case 'null':
      return fits(value === null);
    case 'float':
      return fits(typeof value === 'number');
    case 'int':
      return fits(typeof value === 'number' && INTEGER.test(text));
    case 'timestamp':
      return fits(/^\d{4}-/.test(text));
    case 'binary': {
      const encoded = text.replace(/\s+/g, '');
      return BASE64.test(encoded) ? Buffer.from(encoded, 'base64').toString('utf8') : undefined;
    }
    default:
      return text;
  }
}

/** The member name that an unquoted key stands for; undefined for null, which is no key. */
export function plainKey(text: string): string | undefined {
  const value = resolvePlain(text);
  if (value === null) return undefined;
  if (typeof value !== 'number') return String(value);
  const plain = text.replaceAll('_', '');
  const integer =
    parseBased(plain) ?? (/^[-+]?[0-9]+$/.test(plain) ? BigInt(plain.replace('+', '')) : undefined);
  return integer === undefined ? floatKey(value) : String(integer);
}

/** Go's `strconv.FormatFloat(value, 'g', -1, 32)`, by which sigs.k8s.io/yaml names a fractional key. */
function floatKey(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  const single = Math.fround(value);
  let shortest = single;
  for (let digits = 1; digits <= 9; digits++) {
    shortest = Number(single.toPrecision(digits));
    if (Math.fround(shortest) === single) break;
  }
  const [digits = '', exponent = '0'] = shortest.toExponential().split('e');
  const power = Number(exponent);
  if (shortest === 0 || (power >= -4 && power < 6)) return String(shortest);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
