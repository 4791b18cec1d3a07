// Without JavaScript.

import assert from 'node:assert/strict'

import { fillsCaldav } from '../beginnings.mjs'
import { events } from '../events.mjs'
import { flow } from '../play.mjs'

const plain = person => person('phone', { javaScriptEnabled: false })

flow('without JavaScript', {}, proves => {
  proves('a person links with Google, also when it takes long', async ({ stage, person }) => {
    await stage.google.fails({ match: '^POST /calendar/v3/calendars( |$|\\?)', held: true })
    const ana = await plain(person)
    await stage.puentes.holds(ana.client.phone, events(2))
    await ana.opens()
    await ana.press('google')
    await ana.consents()
    await ana.sees('checking', { rules: false })
    await stage.google.fails()
    // The page loads itself anew; nobody has to.
    await ana.sees('linked', { words: ['Cita 1'], rules: false })
  })

  proves('a person links a CalDAV calendar, resyncs it and unlinks it', async ({ stage, person }) => {
    const ana = await plain(person)
    await stage.puentes.holds(ana.client.phone, events(4))
    await ana.opens()
    await ana.tap('a[href="/connect/caldav"]')
    await fillsCaldav(ana)
    await ana.press('caldav')
    await ana.sees('linked', { words: ['Cita 1'], rules: false })
    await stage.puentes.fails({ match: '^GET /events', held: true })
    await ana.press('resync')
    await ana.reads('Resincronización en proceso')
    await stage.puentes.fails()
    await ana.reads('Resincronización exitosa')
    await ana.tap('a[href="/connect/unlink"]')
    await ana.find('#unlink').waitFor()
    await ana.press('unlink')
    await ana.sees('start', { words: ['4'], rules: false })
    assert.equal((await ana.client.link()).linked, false)
  })
})
