// Apple as far as the gateway meets it: the CalDAV simulator behind a door that takes app-specific passwords.

import { createServer, request } from 'node:http'

export const APPLE_USER = 'ana@icloud.example'
export const APPLE_PASSWORD = 'abcd-efgh-ijkl-mnop'

const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** Listens before the gateway starts, which has to know where. `heard`: each request line. */
export async function appleServer(stage) {
  const heard = []
  const server = createServer((asked, answer) => {
    heard.push(`${asked.method} ${asked.url}`)
    const { authorization, ...headers } = asked.headers
    // Apple knows its passwords with their dashes only.
    if (authorization) headers.authorization = authorization === basic(APPLE_USER, APPLE_PASSWORD) ? basic('alice', 'secret') : basic('nobody', 'x')
    const onward = request(stage.caldav.url + asked.url, { method: asked.method, headers }, found => {
      answer.writeHead(found.statusCode, found.rawHeaders)
      found.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  stage.apple = { url: `http://127.0.0.1:${server.address().port}`, heard }
  stage.others.push(server)
}
