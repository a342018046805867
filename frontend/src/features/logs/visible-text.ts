/** Log text as it may be shown: characters that would act are replaced by signs for them. */

/** Anything here is not plain text: a control character but tab and new line, or one that turns the writing around. */
const ACTING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/

export interface Piece {
  text: string
  /** Stands for a character that is not shown as itself. */
  sign?: true
}

export function isPlain(text: string): boolean {
  return !ACTING.test(text)
}

/** `text` in pieces: as it is, or signs. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  const parts = text.split(new RegExp(`(${ACTING.source})`))
  for (const [place, part] of parts.entries()) {
    if (part === '') continue
    found.push(place % 2 === 0 ? { text: part } : { text: sign(part), sign: true })
  }
  return found
}

/** As terminals write them: "^[" is the escape character. */
function sign(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return `^${String.fromCharCode(0x40 + code)}`
  if (code === 0x7f) return '^?'
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}
