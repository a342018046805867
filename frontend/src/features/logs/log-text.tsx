import { Fragment, type ReactNode } from 'react'
import { type AnsiColour, type AnsiStyle, ansiSpans, hasAnsi } from './ansi'
import type { FindMatches } from './highlight'
import classes from './log-text.module.css'
import { isPlain, pieces } from './visible-text'

interface Props {
  text: string
  /** Marks what a search found. */
  find?: FindMatches | undefined
}

/** Text that a run wrote: its colours, its control characters as signs, matches marked; nothing of it acts. */
export function LogText({ text, find }: Props) {
  const isColoured = hasAnsi(text)
  if (!isColoured && !find && isPlain(text)) return text
  const spans = isColoured ? ansiSpans(text) : [{ text, style: {} }]
  const plain = isColoured ? spans.map((span) => span.text).join('') : text
  const matches = find?.(plain) ?? []
  const out: ReactNode[] = []
  let from = 0
  for (const span of spans) {
    const content = <Marked text={span.text} from={from} matches={matches} />
    const css = ansiCss(span.style)
    out.push(
      css ? (
        <span key={from} {...css}>
          {content}
        </span>
      ) : (
        <Fragment key={from}>{content}</Fragment>
      ),
    )
    from += span.text.length
  }
  return out
}

/** `matches` are places in the whole text, of which this is the part beginning at `from`. */
function Marked({ text, from, matches }: { text: string; from: number; matches: [number, number][] }) {
  const out: ReactNode[] = []
  let done = 0
  for (const [start, end] of matches) {
    const low = Math.max(start - from, done)
    const high = Math.min(end - from, text.length)
    if (high <= low) continue
    if (low > done) out.push(<Signs key={done} text={text.slice(done, low)} />)
    out.push(
      <mark key={`match ${low}`} className={classes.match}>
        <Signs text={text.slice(low, high)} />
      </mark>,
    )
    done = high
  }
  if (done < text.length) out.push(<Signs key={done} text={text.slice(done)} />)
  return out
}

function Signs({ text }: { text: string }) {
  if (isPlain(text)) return text
  return pieces(text).map((piece, place) =>
    piece.sign ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
      <span key={place} className={classes.sign}>
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  )
}

function ansiCss(style: AnsiStyle): { className: string; style: Record<string, string> } | null {
  const { colour, background } = style.isReversed
    ? { colour: style.background, background: style.colour }
    : style
  const names = [
    style.isBold && classes.bold,
    style.isDim && classes.dim,
    style.isItalic && classes.italic,
    style.isUnderlined && classes.underlined,
    style.isStruck && classes.struck,
    style.isReversed && !background && classes.reversed,
    colour && (colour.kind === 'rgb' ? classes.mixed : classes.coloured),
    background && classes.background,
  ].filter(Boolean)
  if (names.length === 0) return null
  return {
    className: names.join(' '),
    style: {
      ...(colour && { '--ansi-colour': cssColour(colour) }),
      ...(background && { '--ansi-background': cssColour(background) }),
    },
  }
}

function cssColour(colour: AnsiColour): string {
  if (colour.kind === 'rgb') return `rgb(${colour.red} ${colour.green} ${colour.blue})`
  return `var(--ansi-${colour.name})`
}
