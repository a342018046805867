"""Pages of somebody else, and what they try against a server in the same browser."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOSTILE_NAME = "hostile.example"
"""Another site."""
REBOUND_NAME = "rebound.example"
"""A name whose owner answered with an address of their own first, and then with this machine's."""

BROWSER_ARGUMENT = f"--host-resolver-rules=MAP {HOSTILE_NAME} 127.0.0.1, MAP {REBOUND_NAME} 127.0.0.1"

PAGE = "<!doctype html><title>hostile</title><body>"

# Each attack returns what it could learn, as text; "" when nothing. None waits for longer than two seconds.
ATTACKS = """
async (target) => {
  const api = target.url + '/api'
  const start = `${api}/instances/${target.instance}/runs`
  const body = JSON.stringify({ name: 'taken', experiment: target.experiment, config: {} })
  const within = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, 2000, ''))])
  const learned = {}
  const attack = async (name, act) => {
    try { learned[name] = String((await within(act())) ?? '') } catch { learned[name] = '' }
  }
  const loads = (tag, attribute, url, more = {}) => () => new Promise((done) => {
    const element = Object.assign(document.createElement(tag), more)
    element.onload = () => done(`${tag} loaded ${url}`)
    element.onerror = () => done('')
    element[attribute] = url
    document.body.append(element)
  })

  // What a page may send without asking: forms into a frame, beacons, and fetches in every mode.
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
    for (const action of [start, `${api}/instances`, `${api}/session`, `${api}/runs/${target.run}/cancel`]) {
      await attack(`form ${type} ${action}`, () => new Promise((done) => {
        const frame = Object.assign(document.createElement('iframe'), { name: 'f' + Math.random() })
        const form = Object.assign(document.createElement('form'), {
          action, method: 'post', enctype: type, target: frame.name,
        })
        const field = document.createElement('input')
        // As text/plain this makes a JSON body of the two halves.
        field.name = body.slice(0, -1) + ',"description":"'
        field.value = '"}'
        form.append(field)
        document.body.append(frame, form)
        frame.onload = () => {
          try { done(frame.contentDocument.body.innerText) } catch { done('') }
        }
        form.submit()
      }))
    }
  }
  await attack('beacon', () => {
    navigator.sendBeacon(start, new Blob([body], { type: 'text/plain' }))
    navigator.sendBeacon(`${api}/instances`, new Blob([body], { type: 'text/plain' }))
    return ''
  })
  for (const mode of ['cors', 'no-cors', 'same-origin']) {
    for (const credentials of ['include', 'omit']) {
      const read = async (url, more) => {
        const answer = await fetch(url, { mode, credentials, ...more })
        return answer.type === 'opaque' ? '' : `${answer.status} ${await answer.text()}`
      }
      const how = `${mode} ${credentials}`
      for (const path of ['/instances', '/runs', '/experiments', '/overview', '/health', '/session', '/openapi.json'])
        await attack(`get ${how} ${path}`, () => read(api + path))
      await attack(`page ${how}`, () => read(target.url + '/experiments'))
      for (const type of ['text/plain', 'application/json'])
        for (const url of [start, `${api}/instances`])
          await attack(`post ${how} ${type} ${url}`, () =>
            read(url, { method: 'POST', body, headers: { 'content-type': type } }))
      for (const method of ['DELETE', 'PATCH', 'PUT'])
        await attack(`${method} ${how}`, () => read(`${api}/instances/${target.instance}`, { method, body: '{}' }))
      await attack(`sign out ${how}`, () => read(`${api}/session`, { method: 'DELETE' }))
    }
  }

  // What a page may connect to.
  await attack('websocket', () => new Promise((done) => {
    const socket = new WebSocket(target.url.replace('http', 'ws') + '/api/stream')
    socket.onopen = () => socket.send('{"op":"subscribe","topic":"instances"}')
    socket.onmessage = (message) => done(message.data)
    socket.onclose = () => done('')
  }))
  await attack('event source', () => new Promise((done) => {
    const source = new EventSource(`${api}/runs`, { withCredentials: true })
    source.onmessage = (message) => done(message.data)
    source.onerror = () => { source.close(); done('') }
  }))

  // What a page may put into itself.
  for (const path of ['/api/runs', '/api/instances', '/api/openapi.json', '/api/docs/api_docs.js', '/'])
    for (const [tag, attribute] of [['script', 'src'], ['img', 'src'], ['object', 'data'], ['video', 'src']])
      await attack(`${tag} ${path}`, loads(tag, attribute, target.url + path))
  await attack('style', loads('link', 'href', `${api}/runs`, { rel: 'stylesheet' }))
  await attack('module', () => import(`${api}/runs`).then(() => 'imported'))
  for (const path of ['/', '/experiments', `/runs/${target.run}`, '/api/docs'])
    await attack(`frame ${path}`, () => new Promise((done) => {
      const frame = document.createElement('iframe')
      frame.onload = () => {
        try { done(frame.contentDocument.body.innerText) } catch { done('') }
      }
      frame.src = target.url + path
      document.body.append(frame, Object.assign(document.createElement('embed'), { src: frame.src }))
    }))
  return learned
}
"""

# Opens the page as a window, keeps talking to it, and says what it can still reach of it.
WINDOW = """
async (target) => {
  const opened = window.open(target.url + '/experiments')
  const heard = []
  addEventListener('message', (event) => heard.push(JSON.stringify(event.data)))
  const isSevered = () => opened === null || opened.closed
  for (let n = 0; n < 20 || (n < 300 && !isSevered()); n++) {
    opened?.postMessage({ op: 'subscribe', topic: 'instances', type: 'start', run: target.instance }, '*')
    await new Promise((done) => setTimeout(done, 50))
  }
  let reached = ''
  try { reached = opened.document.body.innerText } catch { /* as it should be */ }
  return { heard, reached, isSevered: isSevered() }
}
"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *arguments: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    """Ends its connections with itself: a browser keeps some open that it has not used yet, and would go on asking."""

    def __init__(self, *arguments: Any) -> None:
        self.accepted: list[socket.socket] = []
        super().__init__(*arguments)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.accepted.append(connection)
        return connection, address

    def server_close(self) -> None:
        for connection in self.accepted:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is closed
        super().server_close()


@contextmanager
def hostile_origin(port: int = 0) -> Iterator[int]:
    """The port of a web server of somebody else's, on this machine."""
    with _Server(("127.0.0.1", port), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, name="hostile-origin")
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
