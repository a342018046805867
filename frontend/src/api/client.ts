import createClient, { type Middleware } from 'openapi-fetch'
import { formatJson, parseJson } from './json'
import { refused, unreachable } from './problem'
import type { paths } from './schema'

/** Throws ApiError for every answer that is no success, so that callers see data or a reason. */
const throwing: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined
    const text = await response.text()
    let body: unknown
    try {
      body = parseJson(text)
    } catch {
      body = text
    }
    throw refused(response.status, body)
  },
}

/** `fetch` that says in words when nobody answers, and reads JSON without rounding its numbers. */
export async function fetchLossless(request: Request): Promise<Response> {
  let response: Response
  try {
    response = await fetch(request)
  } catch (error) {
    if (request.signal.aborted) throw error
    throw unreachable()
  }
  response.json = async () => parseJson(await response.text())
  return response
}

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: fetchLossless,
  bodySerializer: (body) => formatJson(body),
  headers: { 'content-type': 'application/json' },
})
api.use(throwing)

/** The data of an answer; ApiError was thrown already if there is none. */
export async function dataOf<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}
