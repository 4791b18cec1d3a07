// Linking with any CalDAV server.

import assert from 'node:assert/strict'

import { fillsCaldav, linkedAtHome } from '../beginnings.mjs'
import { event, events } from '../events.mjs'
import { flow } from '../play.mjs'
import { untrustedServer } from '../untrusted.mjs'
import { until } from '../wait.mjs'

async function tries(ana, stage, access) {
  await ana.opens()
  await ana.opens(`${stage.gateway}/connect/caldav`)
  await fillsCaldav(ana, access)
  await ana.press('caldav')
}

const field = (ana, name) => ana.find(`#caldav [name=${name}]`).inputValue()

flow('CalDAV', {}, proves => {
  for (const kind of ['phone', 'desktop']) {
    proves(`a person on a ${kind} gives an address, a name and a password, and is linked`, async ({ stage, person }) => {
      const ana = await person(kind)
      await stage.puentes.holds(ana.client.phone, events(3))
      await ana.opens()
      await ana.sees('start', { rules: false })
      await ana.tap('a[href="/connect/caldav"]')
      await ana.sees('caldav')
      await fillsCaldav(ana)
      await ana.press('caldav')
      await ana.sees('linked', { words: ['alice', 'Puentes', 'Cita 1'], name: 'linked.caldav' })
      assert.equal((await ana.client.link()).provider, 'caldav')
    })
  }

  proves('Radicale is found by its address alone', async ({ stage, person }) => {
    const radicale = process.env.PASARELA_TEST_RADICALE
    assert.ok(radicale, 'PASARELA_TEST_RADICALE says where one runs')
    const ana = await person()
    await stage.puentes.holds(ana.client.phone, events(3))
    await tries(ana, stage, { address: radicale })
    await ana.sees('linked', { words: ['alice', 'Puentes', 'Cita 1'], rules: false })
  })

  proves('a wrong password is refused; address and name stay, the password goes', async ({ stage, person }) => {
    const ana = await person()
    await tries(ana, stage, { password: 'una-clave-equivocada' })
    await ana.sees('caldav', { code: 'login_failed' })
    assert.deepEqual([await field(ana, 'address'), await field(ana, 'username'), await field(ana, 'password')], [stage.caldav.url, 'alice', ''])
    await ana.types('#caldav [name=password]', 'secret')
    await ana.press('caldav')
    await ana.sees('linked', { rules: false })
  })

  proves('who mistypes again and again is told how long to wait, in every language', async ({ stage, person }) => {
    const ana = await person()
    await tries(ana, stage, { password: 'la-primera-equivocada' })
    await ana.sees('caldav', { code: 'login_failed', rules: false })
    for (const other of ['segunda', 'tercera', 'cuarta', 'quinta', 'sexta']) {
      await ana.confides('#caldav [name=password]', `la-${other}-equivocada`)
      await ana.press('caldav')
      await until('the answer to it', async () => await ana.find('#caldav').count() === 1 && await field(ana, 'password') === '')
      await ana.find(`code:text-is("${other === 'sexta' ? 'too_many_logins' : 'login_failed'}")`).waitFor()
    }
    for (const [lang, words] of [['es', 'Espera 1 min'], ['en', 'Wait 1 min'], ['pt', 'Espere 1 min']]) {
      await ana.tap(`button[name=lang][value=${lang}]`)
      await ana.find(`html[lang^=${lang}]`).waitFor({ state: 'attached' })
      await ana.sees('caldav', { code: 'too_many_logins', words: [words], name: `caldav.too_many_logins.${lang}` })
    }
    assert.deepEqual([await field(ana, 'address'), await field(ana, 'username'), await field(ana, 'password')], [stage.caldav.url, 'alice', ''])
  })

  const refusals = [
    ['an address without a calendar server', 'discovery_failed', stage => stage.puentes.url],
    ['an address in a private network', 'address_not_allowed', () => 'https://10.0.0.7/dav/'],
    ['an address on this very machine', 'address_not_allowed', () => 'http://127.0.0.1:9/'],
    ['a certificate that nobody trusts', 'tls_untrusted', stage => stage.selfSigned],
    ['an address where nobody is', 'discovery_failed', stage => `http://${stage.silent}`],
  ]
  for (const [what, code, address] of refusals) {
    proves(`${what} is told as ${code}, and the address stays`, async ({ stage, person }) => {
      const ana = await person()
      await tries(ana, stage, { address: address(stage), password: 'no-importa-cual' })
      await ana.sees('caldav', { code })
      assert.equal(await field(ana, 'address'), address(stage))
      assert.equal(await field(ana, 'password'), '')
      assert.equal((await ana.client.link()).linked, false)
      if (code === 'tls_untrusted') assert.deepEqual(stage.overheard, [], 'nothing was told to it')
    })
  }

  for (const [what, rule, code] of [
    ['wants to be asked later', { match: '.', status: 429, headers: { 'Retry-After': '60' } }, 'rate_limited'],
    ['is out of order', { match: '.', status: 503 }, 'provider_down'],
  ]) {
    proves(`a server that ${what} is told as ${code}, and works when it is back`, async ({ stage, person }) => {
      await stage.caldav.fails(rule)
      const ana = await person()
      await tries(ana, stage)
      await ana.sees('caldav', { code })
      await stage.caldav.fails()
      await ana.types('#caldav [name=password]', 'secret')
      await ana.press('caldav')
      await ana.sees('linked', { rules: false })
    })
  }

  proves('a password that was changed is asked for again, and nothing else', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(1))
    await stage.caldav.fails({ match: '.', status: 401 })
    await ana.client.tell(event('nueva', 'La nueva'), 0)
    await until('the link notices', async () => (await ana.client.link()).state === 'needs_reauthorization')
    await ana.opens(`${stage.gateway}/connect`)
    await ana.sees('attention', { code: 'needs_reauthorization', name: 'attention.caldav' })
    await ana.tap('main a[href="/connect/caldav"]')
    await ana.sees('caldav', { name: 'caldav.renew' })
    assert.deepEqual([await field(ana, 'username'), await field(ana, 'password')], ['alice', ''])
    await stage.caldav.fails()
    await ana.types('#caldav [name=password]', 'secret')
    await ana.press('caldav')
    await ana.sees('linked', { words: ['Cita 1'], rules: false })
    await ana.client.settled()
  })

  proves('a calendar that was deleted elsewhere is told as lost, and set up again without a password', async ({ stage, person }) => {
    const ana = await linkedAtHome({ stage, person }, events(1))
    const { calendar_url: url } = await ana.client.link()
    const gone = await fetch(url, { method: 'DELETE', headers: { Authorization: `Basic ${btoa('alice:secret')}` } })
    assert.ok(gone.ok, `${gone.status}`)
    const nueva = event('nueva', 'La nueva')
    await stage.puentes.holds(ana.client.phone, [...events(1), nueva])
    await ana.client.tell(nueva, 0)
    await until('the link notices', async () => (await ana.client.link()).state === 'calendar_lost')
    await ana.opens(`${stage.gateway}/connect`)
    await ana.sees('attention', { code: 'calendar_lost' })
    await ana.press('again')
    await ana.sees('linked', { words: ['La nueva'], rules: false })
    await ana.client.settled()
  })

  proves('a well-known server is filled in by its name', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens()
    await ana.opens(`${stage.gateway}/connect/caldav`)
    await ana.tap('a[href*="preset=fastmail"]')
    await ana.find('a[href*="preset=fastmail"][aria-current]').waitFor()
    assert.match(await field(ana, 'address'), /fastmail/)
    await ana.sees('caldav', { name: 'caldav.fastmail' })
  })

  proves('a slow server shows that it is being checked', async ({ stage, person }) => {
    await stage.caldav.fails({ match: '^MKC', held: true })
    const ana = await person()
    await tries(ana, stage)
    await ana.sees('checking', { name: 'checking.caldav' })
    await stage.caldav.fails()
    await ana.sees('linked', { rules: false })
  })
}, untrustedServer)

// With nothing linked before, so that no calendar of ours is there to be found.
flow('CalDAV, where no calendar can be made', {}, proves => {
  proves('where nothing can be written the person is told', async ({ stage, person }) => {
    await stage.caldav.quirks({ no_mkcalendar: true, read_only: ['personal'] })
    const ana = await person()
    await tries(ana, stage)
    await ana.sees('caldav', { code: 'no_writable_calendar' })
  })

  proves('the person chooses one that is there', async ({ stage, person }) => {
    await stage.caldav.quirks({ no_mkcalendar: true })
    const ana = await person()
    await stage.puentes.holds(ana.client.phone, events(2))
    await tries(ana, stage)
    await ana.sees('choose', { words: ['personal'] })
    const option = ana.find('#choose label').first()
    await (option.tap())
    await ana.press('choose')
    await ana.sees('linked', { words: ['Cita 1'], rules: false })
    assert.equal((await ana.client.link()).linked, true)
  })
})
