// The page of people of another client system: it names that system, and shows each of their calendars.

import assert from 'node:assert/strict'

import { fillsCaldav } from '../beginnings.mjs'
import { clinic } from '../clinic.mjs'
import { flow } from '../play.mjs'
import { GOOGLE_USER } from '../stage.mjs'

const NAME = 'Clínica Norte'

async function neverPuentes(someone) {
  assert.ok(!(await someone.text()).includes('Puentes'), 'the page names who invites')
}

flow('Another client system', {}, proves => {
  let norte
  for (const kind of ['phone', 'desktop']) {
    proves(`a person on a ${kind} comes in by a link of ${NAME}, and links two calendars`, async ({ stage, person }) => {
      norte ??= clinic(stage, 'norte', NAME)
      const holder = `customer-${kind}`
      const ana = await person(kind)
      const entry = await norte.entry(holder)
      await ana.opens(entry)
      await ana.sees('way_in', { words: [NAME, `…${kind.slice(-4)}`], name: `way_in.${kind}` })
      await neverPuentes(ana)
      await ana.press('come-in')
      await ana.sees('start', { words: [NAME], name: `start.clinic.${kind}` })
      assert.ok(!ana.page.url().includes('/c/'), 'the token has left the address bar')
      await ana.tap('a[href="/connect/caldav"]')
      await fillsCaldav(ana)
      await ana.press('caldav')
      await ana.sees('more', { words: ['alice', NAME], name: `more.${kind}` })
      await ana.press('google')
      await ana.consents()
      await ana.sees('several', { words: ['alice', GOOGLE_USER], name: `several.${kind}` })
      await neverPuentes(ana)
      const links = await norte.links(holder)
      assert.deepEqual(links.map(link => [link.provider, link.carries, link.calendar]), [['caldav', true, NAME], ['google', false, NAME]])
      // The same link leads in again.
      const again = await person(kind)
      await again.opens(entry)
      await again.press('come-in')
      await again.sees('several', { rules: false })
    })
  }

  proves('a pause is told, and so is a calendar that waits for its turn', async ({ stage, person }) => {
    norte ??= clinic(stage, 'norte', NAME)
    const ana = await person()
    await ana.opens(await norte.entry('customer-pause'))
    await ana.press('come-in')
    await ana.tap('a[href="/connect/caldav"]')
    await fillsCaldav(ana)
    await ana.press('caldav')
    await ana.sees('more', { rules: false })
    await norte.changes('customer-pause', { enabled: false })
    await ana.page.reload()
    await ana.sees('more', { words: ['Tu calendario está en pausa', `${NAME} lo ha puesto en pausa`], name: 'paused' })
    await norte.changes('customer-pause', { enabled: true })
    await ana.page.reload()
    await ana.sees('more', { words: ['Tu calendario está vinculado'], rules: false })
  })

  proves('a calendar beside the one that carries is unlinked by itself', async ({ stage, person }) => {
    norte ??= clinic(stage, 'norte', NAME)
    const ana = await person()
    await ana.opens(await norte.entry('customer-two'))
    await ana.press('come-in')
    await ana.tap('a[href="/connect/caldav"]')
    await fillsCaldav(ana)
    await ana.press('caldav')
    await ana.sees('more', { rules: false })
    await ana.press('google')
    await ana.consents()
    await ana.sees('several', { rules: false })
    await ana.tap('a[href="/connect/unlink?provider=google"]')
    await ana.sees('unlink', { words: [GOOGLE_USER], name: 'unlink.beside' })
    await ana.press('unlink')
    await ana.sees('linked', { rules: false })
    await ana.find('#others').waitFor({ state: 'detached' })
    assert.deepEqual((await norte.links('customer-two')).map(link => link.provider), ['caldav'])
  })

  proves('a link that is none (any more) says so', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens(`${stage.gateway}/c/${'A'.repeat(43)}`)
    await ana.sees('notice', { code: 'link_expired', name: 'notice.way_in' })
  })
})
