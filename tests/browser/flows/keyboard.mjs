// With Tab and Enter alone.

import assert from 'node:assert/strict'

import { events } from '../events.mjs'
import { tabTo } from '../keyboard.mjs'
import { flow } from '../play.mjs'

flow('with a keyboard alone', {}, proves => {
  proves('a person links a CalDAV calendar and unlinks it, and always sees where they are', async ({ stage, person }) => {
    const ana = await person('desktop')
    const { page } = ana
    await stage.puentes.holds(ana.client.phone, events(2))
    await ana.opens()
    await tabTo(page, 'a[href="/connect/caldav"]')
    await page.keyboard.press('Enter')
    await ana.find('#caldav').waitFor()
    for (const [name, text] of [['address', stage.caldav.url], ['username', 'alice'], ['password', 'secret']]) {
      await tabTo(page, `#caldav [name=${name}]`)
      await page.keyboard.type(text)
    }
    await page.keyboard.press('Enter')
    await ana.sees('linked', { rules: false })
    await tabTo(page, 'a[href="/connect/unlink"]')
    await page.keyboard.press('Enter')
    await ana.find('#unlink').waitFor()
    await tabTo(page, '#unlink button')
    await page.keyboard.press('Enter')
    await ana.sees('start', { rules: false })
    assert.equal((await ana.client.link()).linked, false)
  })
})
