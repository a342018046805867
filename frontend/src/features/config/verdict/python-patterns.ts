/**
 * Python's regular expressions in JavaScript's terms. What means something else in the two, or cannot be said in the
 * other, is left to the server: `matcher` then gives null, and nobody claims a fault.
 */

/** What `\s` is in Python, to stand inside `[...]` of a pattern with the flag `u`. */
export const PYTHON_SPACE =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const WORD = '\\p{L}\\p{N}_'
const DIGIT = '\\p{Nd}'
const CLASSES: Record<string, [inside: string, outside: string]> = {
  d: [DIGIT, DIGIT],
  D: ['\\P{Nd}', '\\P{Nd}'],
  s: [PYTHON_SPACE, `[${PYTHON_SPACE}]`],
  S: ['', `[^${PYTHON_SPACE}]`],
  w: [WORD, `[${WORD}]`],
  W: ['', `[^${WORD}]`],
}
const EDGE = `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`
const NO_EDGE = `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`
const CONTROLS: Record<string, string> = { a: '\\x07', f: '\\f', n: '\\n', r: '\\r', t: '\\t', v: '\\v' }
const SYNTAX = '^$\\.*+?()[]{}|/'

/** Where a `$` may match: at the very end, or also before a last line feed (as Python means it). */
export type Dollar = 'end' | 'before-line-feed'

class NotTranslatable extends Error {}

const known = new Map<string, RegExp | null>()

export function matcher(pattern: string, dollar: Dollar = 'end'): RegExp | null {
  const key = `${dollar} ${pattern}`
  const held = known.get(key)
  if (held !== undefined) return held
  let found: RegExp | null
  try {
    found = new RegExp(translated(pattern, dollar), 'u')
  } catch {
    found = null
  }
  known.set(key, found)
  return found
}

function translated(pattern: string, dollar: Dollar): string {
  let out = ''
  let rest = pattern
  while (rest !== '') {
    const [read, written] = next(rest, dollar)
    out += written
    rest = rest.slice(read)
  }
  return out
}

/** How many characters the next piece of a pattern takes, and what it is here. */
function next(rest: string, dollar: Dollar): [number, string] {
  switch (rest[0]) {
    case '\\':
      return escaped(rest)
    case '[':
      return bracketed(rest)
    case '(':
      return opened(rest)
    case '.':
      return [1, '[^\\n]']
    case '$':
      return [1, dollar === 'end' ? '$' : '(?=\\n?$)']
    case '{':
      return braced(rest)
    case '}':
    case ']':
      return [1, `\\${rest[0]}`]
    case '*':
    case '+':
    case '?':
      if (/^[*+?]\+/.test(rest)) throw new NotTranslatable('a possessive quantifier')
      return [1, rest[0]]
    default: {
      const character = String.fromCodePoint(rest.codePointAt(0) as number)
      return [character.length, character]
    }
  }
}

function braced(rest: string): [number, string] {
  const found = /^\{(\d*)(,?)(\d*)\}(\+?)/.exec(rest)
  if (!found || (found[1] === '' && found[3] === '')) return [1, '\\{']
  const [whole, low = '', comma = '', high = '', possessive] = found
  if (possessive) throw new NotTranslatable('a possessive quantifier')
  return [whole.length, `{${low || '0'}${comma}${high}}`]
}

function opened(rest: string): [number, string] {
  const named = /^\(\?P<([A-Za-z_]\w*)>/.exec(rest)
  if (named) return [named[0].length, `(?<${named[1]}>`]
  const comment = /^\(\?#[^)]*\)/.exec(rest)
  if (comment) return [comment[0].length, '']
  const plain = /^\(\?(?::|=|!|<=|<!)/.exec(rest)
  if (plain) return [plain[0].length, plain[0]]
  if (rest.startsWith('(?')) throw new NotTranslatable('a group that JavaScript does not know')
  return [1, '(']
}

function escaped(rest: string): [number, string] {
  const letter = rest[1] ?? ''
  if (letter === 'A') return [2, '^']
  if (letter === 'Z') return [2, '$']
  if (letter === 'b') return [2, EDGE]
  if (letter === 'B') return [2, NO_EDGE]
  const set = CLASSES[letter]
  if (set) return [2, set[1]]
  return character(rest)
}

/** An escape that stands for one character. */
function character(rest: string): [number, string] {
  const coded = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest)
  if (coded) return [coded[0].length, `\\u{${coded[1] ?? coded[2] ?? coded[3]}}`]
  const letter = rest[1] ?? ''
  const control = CONTROLS[letter]
  if (control) return [2, control]
  if (letter === '0' && !/[0-7]/.test(rest[2] ?? '')) return [2, '\\x00']
  if (letter === '' || /[A-Za-z0-9]/.test(letter)) throw new NotTranslatable('an escape')
  const whole = String.fromCodePoint(rest.codePointAt(1) as number)
  return [
    1 + whole.length,
    SYNTAX.includes(whole) || whole === '-' ? `\\${whole}`.replace('\\-', '\\x2d') : whole,
  ]
}

function bracketed(rest: string): [number, string] {
  let read = 1
  let out = '['
  if (rest[read] === '^') {
    out += '^'
    read += 1
  }
  const first = read
  while (rest[read] !== ']' || read === first) {
    const piece = rest.slice(read)
    if (piece === '') throw new NotTranslatable('an open bracket')
    const set = piece[0] === '\\' ? CLASSES[piece[1] ?? ''] : undefined
    if (set) {
      if (set[0] === '') throw new NotTranslatable('a negated class inside brackets')
      out += set[0]
      read += 2
    } else if (piece.startsWith('\\b')) {
      out += '\\x08'
      read += 2
    } else if (piece[0] === '\\') {
      const [length, written] = character(piece)
      out += written
      read += length
    } else {
      const whole = String.fromCodePoint(piece.codePointAt(0) as number)
      out += SYNTAX.includes(whole) ? `\\${whole}` : whole
      read += whole.length
    }
  }
  return [read + 1, `${out}]`]
}
