// A server whose certificate nobody can trust: it signed it itself.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'

/** `stage.selfSigned` is its address; `stage.overheard` what it was told, which must stay nothing. */
export async function untrustedServer(stage) {
  const [key, cert] = ['key', 'cert'].map(name => join(stage.folder, `untrusted.${name}`))
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  stage.overheard = []
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (asked, answer) => {
    stage.overheard.push(`${asked.method} ${asked.url}`)
    answer.writeHead(401).end()
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  stage.selfSigned = `https://127.0.0.1:${server.address().port}`
  stage.others.push(server)
}
