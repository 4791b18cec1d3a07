// What became of the events, with a link and without one.

import assert from 'node:assert/strict'

import { event, events } from '../events.mjs'
import { flow } from '../play.mjs'
import { until } from '../wait.mjs'

const HISTORY = '/connect/history'

flow('the history', {}, proves => {
  proves('who has no link sees what waits for one, and why it is not in a calendar', async ({ stage, person }) => {
    const ana = await person()
    for (const one of events(3)) await ana.client.tell(one, 0)
    await ana.opens()
    await ana.tap(`a[href="${HISTORY}"]`)
    await ana.sees('history', { words: ['Cita 1', 'Cita 3'], name: 'history.not_linked' })
    await ana.tap('a:has-text("Cita 2")')
    await ana.sees('event', { words: ['Cita 2'], name: 'event.not_linked' })
    assert.match(await ana.text(), /vincul|conect/i)
  })

  proves('who is linked sees the events and what happened', async ({ stage, person }) => {
    const ana = await person('desktop')
    await ana.client.linkCaldav(stage.caldav.url)
    await ana.client.tell(event('una', 'La primera', 1))
    await ana.opens()
    await ana.tap(`a[href="${HISTORY}"]`)
    await ana.sees('history', { words: ['La primera'], name: 'history.linked' })
  })

  proves('a long history has pages', async ({ stage, person }) => {
    const ana = await person()
    for (const one of events(60)) await ana.client.tell(one, 0)
    await ana.opens()
    await ana.opens(stage.gateway + HISTORY)
    await ana.sees('history', { name: 'history.first_of_two' })
    const first = await ana.find('a[href^="/connect/event?"]').count()
    await ana.tap('a[href="/connect/history?page=2"]')
    await until('the second page', () => ana.page.url().includes('page=2'))
    await ana.sees('history', { name: 'history.second_of_two' })
    const second = await ana.find('a[href^="/connect/event?"]').count()
    assert.deepEqual([first, second], [50, 10])
  })

  proves('nobody reads an event of somebody else', async ({ stage, person }) => {
    const ana = await person()
    const eva = await person()
    await ana.client.tell(event('de-ana', 'Cita privada de Ana'), 0)
    await eva.opens()
    const answer = await eva.opens(`${stage.gateway}/connect/event?event=de-ana`)
    assert.equal(answer.status(), 404)
    assert.doesNotMatch(await eva.text(), /privada/)
    await eva.judge('not_here')
  })
})
