// Unlinking, and what comes after it.

import assert from 'node:assert/strict'

import { fillsCaldav, linkedAtHome } from '../beginnings.mjs'
import { events } from '../events.mjs'
import { flow } from '../play.mjs'

flow('unlinking', {}, proves => {
  for (const kind of ['phone', 'desktop']) {
    proves(`on a ${kind} it says how many will go, asks once, shows what went, and links again`, async ({ stage, person }) => {
      const ana = await linkedAtHome({ stage, person }, events(7), kind)
      await ana.tap('a[href="/connect/unlink"]')
      await ana.sees('unlink', { words: ['7'] })
      await ana.press('unlink')
      await ana.sees('start', { words: ['7'], name: 'start.unlinked' })
      assert.equal((await ana.client.link()).linked, false)
      await ana.tap('a[href="/connect/caldav"]')
      await fillsCaldav(ana)
      await ana.press('caldav')
      await ana.sees('linked', { words: ['Cita 1'], rules: false })
    })
  }

  proves('a slow one shows itself, survives being closed, and ends with its receipt', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(20))
    await stage.caldav.fails({ match: '^DELETE', held: true })
    await ana.opens(`${stage.gateway}/connect/unlink`)
    await ana.press('unlink')
    await ana.sees('cleaning', { rules: false })
    assert.ok(await ana.find('[aria-live], [role=status]').count())
    await ana.judge('cleaning_up')
    await ana.page.close()
    await ana.tab()
    await ana.opens(`${stage.gateway}/connect`)
    await stage.caldav.fails()
    await ana.sees('start', { words: ['20'], rules: false })
  })

  proves('who does not want to after all goes back to the linked calendar', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(1))
    await ana.tap('a[href="/connect/unlink"]')
    await ana.find('#unlink').waitFor()
    await ana.tap('main a[href="/connect"]')
    await ana.sees('linked', { rules: false })
    assert.equal((await ana.client.link()).linked, true)
  })
})
