// The first load, with an empty cache: all requests together, as they come over the wire.

import assert from 'node:assert/strict'

import { events } from '../events.mjs'
import { flow } from '../play.mjs'

/** Bytes: 30 KB for everything that a phone loads before the page is there. */
const MOST = 30_000

/** Opens the link and adds up what came, head and body, encoded. */
async function weighed(ana, shows) {
  const devtools = await ana.context.newCDPSession(ana.page)
  const parts = new Map()
  const add = (name, bytes) => parts.set(name, (parts.get(name) ?? 0) + bytes)
  const names = new Map()
  devtools.on('Network.requestWillBeSent', ({ requestId, request, redirectResponse }) => {
    if (redirectResponse) add('the redirect', redirectResponse.encodedDataLength)
    names.set(requestId, new URL(request.url).pathname)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => add(names.get(requestId), encodedDataLength))
  await devtools.send('Network.enable')
  await ana.opens()
  await ana.find(shows).first().waitFor()
  await ana.page.waitForLoadState('networkidle')
  const total = [...parts.values()].reduce((sum, bytes) => sum + bytes, 0)
  const list = [...parts].map(([name, bytes]) => `${name} ${bytes}`).join(', ')
  console.log(`    ${total} bytes: ${list}`)
  assert.ok(parts.size > 2, list)
  assert.ok(total < MOST, `${total} bytes: ${list}`)
}

flow('the first load', {}, proves => {
  proves('the start weighs less than 30 KB', async ({ person }) => {
    await weighed(await person(), '#google')
  })

  proves('the linked page weighs less than 30 KB', async ({ stage, person }) => {
    const ana = await person()
    await stage.puentes.holds(ana.client.phone, events(20))
    await ana.client.linkCaldav(stage.caldav.url)
    await weighed(ana, 'a[href="/connect/unlink"]')
  })

  proves('a page that is live from its first moment weighs less than 30 KB', async ({ stage, person }) => {
    const ana = await person()
    await stage.puentes.holds(ana.client.phone, events(20))
    await ana.client.linkCaldav(stage.caldav.url)
    await stage.puentes.fails({ match: '^GET /events', held: true })
    await ana.client.ask('POST', '/resync', {}, 0)
    await weighed(ana, 'progress')
  })
})
