// What stands between the client system and the calendar without anybody's fault here, as the person sees it.

import assert from 'node:assert/strict'

import { linkedAtHome } from '../beginnings.mjs'
import { event, events } from '../events.mjs'
import { flow } from '../play.mjs'
import { until } from '../wait.mjs'

const GOOD = 'Resincronización exitosa'
const AUTHORIZATION = `Basic ${btoa('alice:secret')}`

flow('trouble between the two sides', {}, proves => {
  proves('an appointment that can not be read keeps its earlier content, and says so', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(3))
    const [first, second, third] = events(3)
    await stage.puentes.holds(ana.client.phone, [first, { ...second, event_data: second.event_data.replace(/DTSTART:.*/, 'DTSTART:mañana') }, third])
    await ana.press('resync')
    await ana.reads(GOOD)
    await ana.sees('linked', { words: ['Versión anterior', '1 cita llegó de una forma que no se puede leer'], name: 'linked.passed_over' })
    await ana.tap('a:has-text("Cita 2")')
    await ana.sees('event', { words: ['Llegó una versión nueva que no se puede leer'], name: 'event.unread' })
    await stage.puentes.holds(ana.client.phone, events(3))
    await ana.opens(`${stage.gateway}/connect`)
    await ana.press('resync')
    await until('nothing is failed any more', async () => (await ana.client.ask('GET', '/events')).body.events.every(one => one.sync.state === 'synced'))
  })

  proves('a full account is told in words that say what to do', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(1))
    await stage.caldav.fails({ match: '^PUT', status: 507 })
    const second = event('segunda', 'La segunda', 2)
    await stage.puentes.holds(ana.client.phone, [...events(1), second])
    await ana.client.tell(second)
    await ana.opens(`${stage.gateway}/connect`)
    await ana.sees('linked', { words: ['La segunda', 'No entró'], name: 'linked.account_full' })
    await ana.tap('a:has-text("La segunda")')
    await ana.sees('event', { words: ['Tu cuenta está llena'], name: 'event.account_full' })
    await stage.caldav.fails()
    await ana.opens(`${stage.gateway}/connect`)
    await ana.press('resync')
    await until('it is written once there is room', async () => (await ana.client.ask('GET', '/events/segunda')).body.sync.state === 'synced')
  })

  proves('appointments of ours that nobody knows are asked about before they go', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(1))
    const { calendar_url: calendar } = await ana.client.link()
    const keys = async () => {
      const answer = await fetch(calendar, { method: 'PROPFIND', headers: { Authorization: AUTHORIZATION, Depth: '1' } })
      return [...(await answer.text()).matchAll(/\/(psr[0-9a-v]{52})\.ics</g)].map(found => found[1])
    }
    const before = await keys()
    const [, second] = events(2)
    await stage.puentes.holds(ana.client.phone, events(2))
    await ana.client.tell(second)
    // Others of these proofs are in the same calendar; what begins like the new one is Ana's.
    const mark = (await keys()).find(key => !before.includes(key)).slice(0, 15)
    const ours = async () => (await keys()).filter(key => key.startsWith(mark))
    for (let n = 0; n < 25; n++) await leaves(calendar, `${mark}${String(n).padStart(40, '0')}`)
    await ana.press('resync')
    await ana.find('#confirm-resync').waitFor()
    await ana.sees('linked', { words: ['25 de tus 27 citas'], name: 'linked.strays_asked' })
    assert.equal((await ours()).length, 27, 'nothing went before it was confirmed')
    await ana.press('confirm-resync')
    await ana.reads(GOOD)
    await until('only what is known is left', async () => (await ours()).length === 2)
  })
})

/** What an earlier installation left in the calendar under a name of ours. */
async function leaves(calendar, key) {
  const { event_data: body } = event(key, 'De antes')
  const headers = { Authorization: AUTHORIZATION, 'Content-Type': 'text/calendar' }
  const answer = await fetch(`${calendar}${key}.ics`, { method: 'PUT', headers, body })
  assert.ok(answer.ok, `${answer.status}`)
}
