import { ApiError } from './problem'

/** What failed because somebody was away is asked for again so often: nobody has to press anything. */
export const ASK_AGAIN_MS = 3_000

/** Nobody answered, or somebody that the server needs was away; a refusal is an answer. */
export function isAbsence(error: Error | null): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500)
}

/** Whether a query that fails is tried again before it counts as failed. */
export function retry(failures: number, error: Error): boolean {
  return isAbsence(error) && failures < 3
}

/** When a query that has failed is asked again, in ms; false: not by itself. */
export function askAgain({ state }: { state: { error: Error | null; status: string } }): number | false {
  return state.status === 'error' && isAbsence(state.error) && ASK_AGAIN_MS
}
