import type { FieldError, Problem } from './types'

/** Whatever the server refused, or that it could not be reached: what went wrong, in words for a person. */
export class ApiError extends Error {
  override name = 'ApiError'

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    readonly title: string,
    detail: string,
    /** `path`: JSON Pointer into the body (`/config/flips`). */
    readonly errors: readonly FieldError[] = [],
    readonly requestId?: string,
  ) {
    super(detail)
  }
}

export function unreachable(): ApiError {
  return new ApiError(
    0,
    'The server does not answer',
    'Nothing is lost: this page goes on by itself when the server is back.',
  )
}

export function refused(status: number, body: unknown): ApiError {
  if (isProblem(body)) return new ApiError(status, body.title, body.detail, body.errors, body.request_id)
  return new ApiError(status, `The server answered ${status}`, 'Its log says more.')
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'detail' in body && 'errors' in body
}
