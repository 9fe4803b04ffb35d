/** What is to be seen of a pattern without an engine. */

/** What a text that a pattern matches as a whole begins with; empty where that is not plain to see. */
export function startOf(pattern: string): string {
  // An alternative may begin otherwise, and a group may switch off that case counts.
  if (pattern.includes('|') || pattern.includes('(?')) return '';
  const start = LITERALS.exec(pattern)?.[0] ?? '';
  return OPTIONAL.test(pattern.charAt(start.length)) ? start.slice(0, -1) : start;
}

const LITERALS = /^[0-9A-Za-z/_~%=&:;@,-]*/;
const OPTIONAL = /[*?{]/;

/** A short text that a pattern probably matches, for patterns of the usual syntax; whoever asks must check it. */
export function sampleOf(pattern: string): string | undefined {
  const sampler = new Sampler(pattern);
  const text = sampler.alternatives();
  return sampler.isAtEnd ? text : undefined;
}

/** A member of each class that has a letter, and nothing for what matches between characters. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['d', '0'],
  ['w', 'a'],
  ['s', ' '],
  ['D', 'a'],
  ['W', '-'],
  ['S', 'a'],
  ['A', ''],
  ['z', ''],
  ['b', ''],
]);

const LETTER_OR_DIGIT = /[0-9A-Za-z]/;
const GROUP_START = /\?(?:[a-z]*:|P?<[^>]*>)/y;
const COUNT = /\{([0-9]{1,2})(?:,[0-9]*)?\}/y;

/** Reads the pattern once from left to right and takes the first of what is possible, as little as will do. */
class Sampler {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#pattern.length;
  }

  /** The first alternative up to the end of the group; undefined where the syntax is not known here. */
  alternatives(): string | undefined {
    const first = this.#sequence();
    let last = first;
    while (last !== undefined && this.#take('|')) last = this.#sequence();
    return last === undefined ? undefined : first;
  }

  #sequence(): string | undefined {
    let text = '';
    while (!this.isAtEnd && this.#next !== '|' && this.#next !== ')') {
      const atom = this.#atom();
      if (atom === undefined) return undefined;
      text += atom.repeat(this.#times());
    }
    return text;
  }

  #atom(): string | undefined {
    const char = this.#read();
    switch (char) {
      case '^':
      case '$':
        return '';
      case '.':
        return 'a';
      case '\\':
        return this.#escaped();
      case '[':
        return this.#set();
      case '(':
        return this.#group();
      default:
        return char;
    }
  }

  #escaped(): string | undefined {
    const char = this.#read();
    return CLASSES.get(char) ?? (LETTER_OR_DIGIT.test(char) ? undefined : char);
  }

  /** The first member; of a set that says what is not in it, a letter. */
  #set(): string | undefined {
    const negated = this.#take('^');
    const first = this.#read();
    const member = first === '\\' ? this.#escaped() : first === '[' ? undefined : first;
    while (!this.isAtEnd && this.#next !== ']') if (this.#read() === '\\') this.#read();
    return member !== undefined && this.#take(']') ? (negated ? 'a' : member) : undefined;
  }

  #group(): string | undefined {
    this.#match(GROUP_START);
    const text = this.alternatives();
    return this.#take(')') ? text : undefined;
  }

  /** How often the atom before must be there. */
  #times(): number {
    const count = this.#match(COUNT);
    const least = count !== undefined ? Number(count) : this.#take('*') || this.#take('?') ? 0 : 1;
    this.#take('+');
    this.#take('?');
    return least;
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    if (found === null) return undefined;
    this.#at = expression.lastIndex;
    return found[1] ?? '';
  }

  #take(char: string): boolean {
    if (this.#next !== char) return false;
    this.#at += 1;
    return true;
  }

  get #next(): string {
    return this.#pattern.charAt(this.#at);
  }

  #read(): string {
    const char = this.#next;
    this.#at += 1;
    return char;
  }
}
