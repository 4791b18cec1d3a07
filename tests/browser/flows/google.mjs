// Linking with Google.

import assert from 'node:assert/strict'

import { flow } from '../play.mjs'
import { event, events } from '../events.mjs'
import { GOOGLE_USER } from '../stage.mjs'
import { until } from '../wait.mjs'

const ours = async stage => (await stage.google.ask('GET', `calendars/${GOOGLE_USER}`)).filter(calendar => !calendar.primary)

/** From the start to Google's page and back, allowed. */
async function links(someone) {
  await someone.press('google')
  await someone.consents()
  await someone.sees('linked')
}

flow('Google', {}, proves => {
  for (const kind of ['phone', 'desktop']) {
    proves(`a person on a ${kind} is linked after at most three taps of their own`, async ({ stage, person }) => {
      const ana = await person(kind)
      await stage.puentes.holds(ana.client.phone, events(3))
      await ana.opens()
      await ana.sees('start', { words: [`…${ana.client.phone.slice(-4)}`, 'Crearemos un calendario «Puentes». No leeremos tus otros eventos.'] })
      await links(ana)
      assert.ok(ana.taps <= 3, `${ana.taps} taps`)
      await ana.sees('linked', { words: [GOOGLE_USER, 'Puentes', 'Cita 1'], name: `linked.google.${kind}` })
      const link = await ana.client.link()
      assert.deepEqual([link.linked, link.provider, link.account], [true, 'google', GOOGLE_USER])
    })
  }

  proves('who says no at Google is told that nothing happened, and can say yes', async ({ person }) => {
    const ana = await person()
    await ana.opens()
    await ana.press('google')
    await ana.refuses()
    await ana.sees('stopped', { code: 'cancelled' })
    assert.equal((await ana.client.link()).linked, false)
    await links(ana)
  })

  proves('a box that was unticked at Google is explained, and ticking it helps', async ({ person }) => {
    const ana = await person()
    await ana.opens()
    await ana.press('google')
    await ana.consents({ without: 'calendar.app.created' })
    await ana.sees('stopped', { code: 'missing_scope' })
    assert.equal((await ana.client.link()).linked, false)
    await links(ana)
  })

  proves('while Google is down the page says so, and goes on once it is back', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens()
    await stage.google.fails({ match: '^POST /(token|calendar)', status: 503 })
    await ana.press('google')
    await ana.consents()
    await ana.sees('stopped', { code: 'provider_down' })
    await stage.google.fails()
    await ana.press('google')
    // The consent may still be good; else Google asks for another.
    await until('Google or the link', async () => (await ana.find('#allow').count()) || (await ana.find('#resync').count()))
    if (await ana.find('#allow').count()) await ana.consents()
    await ana.sees('linked')
  })

  proves('a slow check shows itself, survives loading the page again, and ends by itself', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens()
    await stage.google.fails({ match: '^POST /calendar/v3/calendars( |$|\\?)', held: true })
    await ana.press('google')
    await ana.consents()
    await ana.sees('checking', { rules: false })
    assert.ok(await ana.find('[aria-live], [role=status]').count(), 'a wait is told aloud')
    await ana.page.reload()
    await ana.sees('checking')
    const { taps } = ana
    await stage.google.fails()
    await ana.sees('linked')
    assert.equal(ana.taps, taps, 'nothing had to be tapped')
    assert.equal(new URL(ana.page.url()).pathname, '/connect')
  })

  proves('who comes back from Google by the back button sees that Google is open, and can go there again', async ({ person }) => {
    const ana = await person()
    await ana.opens()
    await ana.press('google')
    await ana.find('#allow').waitFor()
    await ana.page.goBack()
    await ana.page.reload()
    await ana.sees('opening')
    await links(ana)
  })

  proves('of two tabs that link at once one does, and the other sees it', async ({ stage, person }) => {
    const before = (await ours(stage)).length
    const ana = await person()
    await ana.opens()
    const first = ana.page
    const second = await ana.tab()
    await ana.opens(`${stage.gateway}/connect`)
    await ana.press('google')
    await ana.find('#allow').waitFor()
    ana.page = first
    await ana.press('google')
    await ana.consents()
    await ana.sees('linked')
    ana.page = second
    await ana.consents()
    await ana.sees('linked')
    assert.equal(await ana.find('code:text-is("cancelled")').count(), 0, 'nobody said no')
    assert.equal((await ours(stage)).length, before + 1, 'one calendar')
  })

  proves('who agrees on the older of two pages of Google is not told that they said no', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens()
    await ana.press('google')
    await ana.find('#allow').waitFor()
    const older = ana.page
    await ana.tab()
    await ana.opens(`${stage.gateway}/connect`)
    await ana.press('google')
    await ana.find('#allow').waitFor()
    ana.page = older
    await ana.consents()
    await until('an end', async () => (await ana.find('code').count()) || (await ana.find('a[href="/connect/unlink"]').count()))
    assert.equal(await ana.find('code:text-is("cancelled")').count(), 0, 'nobody said no')
  })

  proves('of two phones with the same link one links, and the other sees it', async ({ person }) => {
    const ana = await person()
    const same = await person('desktop', { client: ana.client })
    await ana.opens()
    await same.opens()
    await links(ana)
    await same.press('google')
    await same.sees('linked')
  })

  proves('a consent that was withdrawn at Google is given again with one button', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens()
    await links(ana)
    await ana.client.settled()
    await stage.google.ask('POST', `revoke/${GOOGLE_USER}`)
    const told = event('nueva', 'La nueva')
    await ana.client.tell(told, 0)
    await until('the link notices', async () => (await ana.client.link()).state === 'needs_reauthorization')
    await ana.opens(`${stage.gateway}/connect`)
    await ana.sees('attention', { code: 'needs_reauthorization' })
    await links(ana)
    await until('the event is in the calendar', async () => (await ana.client.ask('GET', `/events/${told.event_id}`)).body.sync.state === 'synced')
  })

  proves('who was sent to Google by the client system confirms the phone, and is linked', async ({ person }) => {
    const ana = await person()
    const { body } = await ana.client.ask('POST', '/link', { provider: 'google' })
    await ana.opens(body.authorization_url)
    await ana.consents()
    await ana.find('#confirm').waitFor()
    await ana.judge('confirm')
    await ana.press('confirm')
    await ana.find('code:text-is("linked")').waitFor()
    await ana.judge('linked.consent')
  })
})

flow('Google, with calendars of their own', { GOOGLE__EXISTING_CALENDARS: 'true' }, proves => {
  proves('a person chooses one of their calendars', async ({ stage, person }) => {
    await stage.google.ask('POST', `calendars/${GOOGLE_USER}`, { summary: 'Trabajo' })
    const ana = await person()
    await stage.puentes.holds(ana.client.phone, events(1))
    await ana.opens()
    await ana.sees('start', { name: 'start.existing' })
    await ana.press('google')
    await ana.consents()
    await ana.sees('choose', { words: ['Trabajo', 'Puentes'], name: 'choose.google' })
    await ana.tap('#choose label:has-text("Trabajo")')
    await ana.press('choose')
    await ana.sees('linked', { words: ['Trabajo', 'Cita 1'], rules: false })
    assert.equal((await ana.client.link()).calendar, 'Trabajo')
  })
})
