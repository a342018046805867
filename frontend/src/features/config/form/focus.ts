const FOCUSABLE = 'input:not([type=hidden]):not(:disabled), textarea, select, button:not(:disabled), a[href]'

/** Focuses the first control inside; of a group of radio buttons the one that is chosen. */
export function focusFirst(place: Element): void {
  const own = place.matches(FOCUSABLE) ? place : null
  const first = own ?? place.querySelector(FOCUSABLE)
  const chosen =
    first instanceof HTMLInputElement && first.type === 'radio'
      ? place.querySelector<HTMLInputElement>(`input[name="${CSS.escape(first.name)}"]:checked`)
      : null
  const target = chosen ?? first
  if (target instanceof HTMLElement) target.focus()
}

const PATIENCE_MS = 3_000

/**
 * Brings the control of a place into view and focuses it: the nearest one around it where it has none of its own. A
 * form that is still on its way is waited for.
 */
export function focusPlace(path: string, until = performance.now() + PATIENCE_MS): void {
  if (!focusNearest(path) && performance.now() < until) requestAnimationFrame(() => focusPlace(path, until))
}

function focusNearest(path: string): boolean {
  for (let place = path; ; place = place.slice(0, place.lastIndexOf('/'))) {
    const field = [...document.querySelectorAll('[data-field]')].find(
      (each) => each.getAttribute('data-field') === place,
    )
    if (field) {
      const control = document.getElementById(`config${place}`)
      focusFirst(
        control !== null && field.contains(control)
          ? control
          : (field.querySelector('[data-control]') ?? field),
      )
      field.scrollIntoView({ block: 'center' })
      return true
    }
    if (!place.includes('/')) return false
  }
}
