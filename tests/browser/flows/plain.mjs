// Without JavaScript.

import assert from 'node:assert/strict'

import { fillsCaldav } from '../beginnings.mjs'
import { events } from '../events.mjs'
import { flow } from '../play.mjs'
import { until } from '../wait.mjs'

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

  proves('a person is asked before the link of another one takes their place', async ({ stage, person }) => {
    const ana = await plain(person)
    const other = stage.client()
    await ana.opens()
    await ana.opens(other.entry)
    await ana.sees('change', { rules: false })
    await ana.press('change')
    await ana.sees('start', { words: [`…${other.phone.slice(-4)}`], rules: false })
  })

  proves('who mistypes again and again is told how long to wait', async ({ person }) => {
    const ana = await plain(person)
    await ana.opens()
    await ana.tap('a[href="/connect/caldav"]')
    for (let n = 1; n <= 6; n++) {
      await fillsCaldav(ana, { password: `la-equivocada-${n}` })
      await ana.press('caldav')
      await until('the answer to it', async () => await ana.find('#caldav').count() === 1 && await ana.find('#caldav [name=password]').inputValue() === '')
    }
    await ana.sees('caldav', { code: 'too_many_logins', words: ['Espera 1 min'], rules: false })
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
