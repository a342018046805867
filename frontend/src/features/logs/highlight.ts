/** Where a search's text is in a line, for the eyes: the server decides what is found. */

export type FindMatches = (text: string) => [start: number, end: number][]

const MOST_MATCHES = 200
const MOST_CHARACTERS = 20_000

const nothing: FindMatches = () => []

export function matcher(q: string | undefined, isRegex: boolean): FindMatches {
  if (!q) return nothing
  const pattern = isRegex ? regexOf(q) : escaped(q)
  if (pattern === null) return nothing
  let expression: RegExp
  try {
    expression = new RegExp(pattern, 'giu')
  } catch {
    return nothing
  }
  return (text) => {
    const found: [number, number][] = []
    for (const match of text.slice(0, MOST_CHARACTERS).matchAll(expression)) {
      if (match[0] === '') continue
      found.push([match.index, match.index + match[0].length])
      if (found.length === MOST_MATCHES) break
    }
    return found
  }
}

function escaped(q: string): string {
  return q.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/**
 * The pattern for this browser, or null where it could take for ever: the browser tries all ways to match, the server
 * does not. Patterns are left out that repeat a group, look back at one, or have many open repeats.
 */
function regexOf(q: string): string | null {
  const repeatsGroup = /\)[*+{]/.test(q)
  const looksBack = /\\[1-9]/.test(q)
  const repeats = q.match(/[*+}]/g)?.length ?? 0
  return repeatsGroup || looksBack || repeats > 3 ? null : q
}
