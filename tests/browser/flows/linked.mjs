// A linked calendar: the resync, live, and what stops it.

import assert from 'node:assert/strict'

import { linkedAtHome } from '../beginnings.mjs'
import { event, events } from '../events.mjs'
import { flow } from '../play.mjs'
import { until } from '../wait.mjs'

const GOOD = 'Resincronización exitosa'
const BAD = 'Error durante la resincronización'
const RUNNING = 'Resincronización en proceso'

flow('the linked calendar', {}, proves => {
  for (const kind of ['phone', 'desktop']) {
    proves(`a resync on a ${kind} counts while it runs and ends well`, async ({ stage, person }) => {
      const ana = await linkedAtHome({ stage, person }, events(6), kind)
      await stage.puentes.holds(ana.client.phone, events(30))
      await stage.caldav.fails({ match: '^PUT', delay: 1500 })
      await ana.press('resync')
      await ana.reads(RUNNING)
      const seen = new Set()
      await until('the counter moves', async () => {
        const count = (await ana.text()).match(/(\d+) de (\d+)/)
        if (count) seen.add(count[0])
        return seen.size > 1
      })
      const url = ana.page.url()
      await ana.reads(GOOD)
      assert.equal(ana.page.url(), url, 'nothing was loaded for it')
      assert.ok(![...seen].some(count => !count.endsWith(' de 30')), [...seen].join(', '))
      await ana.sees('linked', { name: 'linked.resync_good' })
      assert.equal((await ana.client.link()).pending, 0)
    })
  }

  proves('a page in the middle of a resync looks right, and may be closed', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(2))
    await stage.puentes.fails({ match: '^GET /events', held: true })
    await ana.press('resync')
    await ana.reads(RUNNING)
    await ana.judge('linked.resync_running')
    await ana.page.close()
    await ana.tab()
    await ana.opens()
    await stage.puentes.fails()
    await ana.reads(GOOD)
  })

  proves('while Puentes is down a resync fails in words, and nothing is lost', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(3))
    await stage.puentes.dial({ fault: 'error' })
    await ana.press('resync')
    await ana.reads(BAD)
    await ana.sees('linked', { words: ['Cita 1'], name: 'linked.resync_bad' })
    await stage.puentes.dial()
    await ana.press('resync')
    await ana.reads(GOOD)
  })

  proves('a resync that would empty the calendar asks first', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(25))
    const settled = async () => (await ana.client.ask('GET', '/events')).body.events.length
    await stage.puentes.holds(ana.client.phone, events(2))
    await ana.press('resync')
    await ana.find('#confirm-resync').waitFor()
    await ana.judge('linked.resync_asks')
    assert.equal(await settled(), 25, 'nothing went before it was confirmed')
    await ana.press('confirm-resync')
    await ana.reads(GOOD)
    await until('only two are left', async () => (await settled()) === 2)
  })

  proves('each of the next events says how it is', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(1))
    await stage.caldav.fails({ match: '^PUT', status: 415 })
    await ana.client.tell(event('rechazada', 'La rechazada', 2))
    await stage.caldav.fails({ match: '^PUT', status: 503 })
    await ana.client.tell(event('pendiente', 'La pendiente', 3), 1)
    await ana.opens(`${stage.gateway}/connect`)
    await ana.sees('linked', { words: ['Cita 1', 'La rechazada', 'La pendiente'], name: 'linked.mixed' })
    for (const [title, state] of [['Cita 1', 'event.synced'], ['La rechazada', 'event.refused'], ['La pendiente', 'event.pending']]) {
      await ana.opens(`${stage.gateway}/connect`)
      await ana.tap(`a:has-text("${title}")`)
      await ana.sees('event', { words: [title], name: state })
    }
  })
})
