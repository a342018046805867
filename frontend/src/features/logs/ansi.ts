/**
 * Colours of terminals (ANSI escape sequences "select graphic rendition"), in one pass whatever the text is. All other
 * sequences stay text.
 */

export type AnsiColour =
  | { kind: 'named'; name: AnsiName; isBright: boolean }
  | { kind: 'rgb'; red: number; green: number; blue: number }

export const ANSI_NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const
export type AnsiName = (typeof ANSI_NAMES)[number]

export interface AnsiStyle {
  colour?: AnsiColour
  background?: AnsiColour
  isBold?: true
  isDim?: true
  isItalic?: true
  isUnderlined?: true
  isStruck?: true
  isReversed?: true
}

export interface AnsiSpan {
  text: string
  style: AnsiStyle
}

const ESCAPE = '\u001b['

export function hasAnsi(text: string): boolean {
  return text.includes(ESCAPE)
}

/** The text without its colours. */
export function withoutAnsi(text: string): string {
  if (!hasAnsi(text)) return text
  return ansiSpans(text)
    .map((span) => span.text)
    .join('')
}

export function ansiSpans(text: string): AnsiSpan[] {
  const spans: AnsiSpan[] = []
  let style: AnsiStyle = {}
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a sequence
  const sequences = /\u001b\[([\d;:]{0,64})m/g
  let from = 0
  for (let found = sequences.exec(text); found; found = sequences.exec(text)) {
    if (found.index > from) spans.push({ text: text.slice(from, found.index), style })
    from = sequences.lastIndex
    style = changed(style, found[1] ?? '')
  }
  if (from < text.length || spans.length === 0) spans.push({ text: text.slice(from), style })
  return spans
}

function changed(style: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map(Number)
  let next: AnsiStyle = { ...style }
  for (let place = 0; place < codes.length; place++) {
    const code = codes[place] as number
    if (code === 0) next = {}
    else if (code === 38 || code === 48) {
      const extended = extendedColour(codes, place + 1)
      place += extended.used
      if (extended.colour) next[code === 38 ? 'colour' : 'background'] = extended.colour
    } else apply(next, code)
  }
  return next
}

const FLAGS: Record<number, keyof AnsiStyle> = {
  1: 'isBold',
  2: 'isDim',
  3: 'isItalic',
  4: 'isUnderlined',
  7: 'isReversed',
  9: 'isStruck',
}
const OFF: Record<number, (keyof AnsiStyle)[]> = {
  21: ['isBold'],
  22: ['isBold', 'isDim'],
  23: ['isItalic'],
  24: ['isUnderlined'],
  27: ['isReversed'],
  29: ['isStruck'],
  39: ['colour'],
  49: ['background'],
}

function apply(style: AnsiStyle, code: number): void {
  const flag = FLAGS[code]
  if (flag) Object.assign(style, { [flag]: true })
  for (const name of OFF[code] ?? []) delete style[name]
  const named = (from: number, isBright: boolean): AnsiColour => ({
    kind: 'named',
    name: ANSI_NAMES[code - from] as AnsiName,
    isBright,
  })
  if (code >= 30 && code <= 37) style.colour = named(30, false)
  else if (code >= 90 && code <= 97) style.colour = named(90, true)
  else if (code >= 40 && code <= 47) style.background = named(40, false)
  else if (code >= 100 && code <= 107) style.background = named(100, true)
}

/** `38;5;n` and `38;2;r;g;b`, from the code after 38. */
function extendedColour(codes: number[], from: number): { used: number; colour?: AnsiColour } {
  const [mode, ...rest] = codes.slice(from, from + 4)
  if (mode === 5) {
    const colour = paletteColour(rest[0] ?? 0)
    return colour ? { used: 2, colour } : { used: 2 }
  }
  if (mode !== 2) return { used: 1 }
  const [red = 0, green = 0, blue = 0] = rest
  return { used: 4, colour: { kind: 'rgb', red: byte(red), green: byte(green), blue: byte(blue) } }
}

function paletteColour(place: number): AnsiColour | undefined {
  if (place < 16) {
    const name = ANSI_NAMES[place % 8]
    return name && { kind: 'named', name, isBright: place >= 8 }
  }
  if (place > 255) return undefined
  if (place >= 232) {
    const grey = 8 + (place - 232) * 10
    return { kind: 'rgb', red: grey, green: grey, blue: grey }
  }
  const steps = [0, 95, 135, 175, 215, 255]
  const cube = place - 16
  return {
    kind: 'rgb',
    red: steps[Math.floor(cube / 36)] ?? 0,
    green: steps[Math.floor(cube / 6) % 6] ?? 0,
    blue: steps[cube % 6] ?? 0,
  }
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value) || 0))
}
