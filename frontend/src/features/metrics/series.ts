/** A metric's points for a chart: the thinned past from REST, the newest as they come, and what the eye is shown. */
import type { MetricPoint, Series } from '../../api/types'

/** Columns as uPlot takes them: x ascending, y null where there is no finite value. */
export interface Columns {
  x: number[]
  y: (number | null)[]
  /** The smallest and largest of each thinned point; the same as `y` where it is one point. */
  low: (number | null)[]
  high: (number | null)[]
}

export function columnsOf(series: Series): Columns {
  const columns: Columns = { x: [], y: [], low: [], high: [] }
  for (const point of series.points) {
    columns.x.push(point.step)
    columns.y.push(finite(point.value))
    columns.low.push(finite(point.min))
    columns.high.push(finite(point.max))
  }
  return columns
}

/**
 * Behind what REST gave: `points` in the order of their offsets, each once. `total` counts the points that REST knew of;
 * a point without a step has its place for one.
 */
export function append(columns: Columns, total: number, points: readonly MetricPoint[]): Columns {
  if (points.length === 0) return columns
  const next: Columns = {
    x: [...columns.x],
    y: [...columns.y],
    low: [...columns.low],
    high: [...columns.high],
  }
  points.forEach((point, place) => {
    const value = finite(point.value)
    next.x.push(point.step ?? total + place)
    next.y.push(value)
    next.low.push(value)
    next.high.push(value)
  })
  return next
}

/** Steps may repeat or go back (a resumed run, several epochs): charts need them ascending. */
export function ascending(columns: Columns): Columns {
  if (columns.x.every((x, place) => place === 0 || x >= (columns.x[place - 1] ?? x))) return columns
  const places = columns.x
    .map((_, place) => place)
    .sort((a, b) => (columns.x[a] ?? 0) - (columns.x[b] ?? 0) || a - b)
  const pick = <T>(column: T[]) => places.map((place) => column[place] as T)
  return { x: pick(columns.x), y: pick(columns.y), low: pick(columns.low), high: pick(columns.high) }
}

/**
 * Exponential moving average with the start-up bias taken out, as in Adam (Kingma and Ba, 2015, section 3).
 * `weight` of the past: 0 none, towards 1 more. Gaps stay gaps.
 */
export function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return [...values]
  let average = 0
  let correction = 1
  return values.map((value) => {
    if (value === null) return null
    average = weight * average + (1 - weight) * value
    correction *= weight
    return average / (1 - correction)
  })
}

/** A logarithmic axis has no place for zero and below. */
export function positive(values: readonly (number | null)[]): (number | null)[] {
  return values.map((value) => (value !== null && value > 0 ? value : null))
}

/** Short, and exact enough to compare: 5 significant digits. */
export function shortNumber(value: number | string | null): string {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return value.toLocaleString('en')
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-3 || size >= 1e7)
    ? value.toExponential(3)
    : String(Number(value.toPrecision(5)))
}

function finite(value: number | string): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
