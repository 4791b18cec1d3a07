// Linking with Apple: the coach, and what is never sent.

import assert from 'node:assert/strict'

import { appleServer, APPLE_PASSWORD, APPLE_USER } from '../apple.mjs'
import { flow } from '../play.mjs'

const FORM = '/connect/apple'

async function coached(ana, stage) {
  await ana.opens()
  await ana.opens(`${stage.gateway}${FORM}`)
  await ana.find('form#apple').waitFor()
}

async function fills(ana, username, password) {
  await ana.types('#apple [name=username]', username)
  await ana.confides('#apple [name=password]', password)
}

const typed = async ana => [await ana.find('#apple [name=username]').inputValue(), await ana.find('#apple [name=password]').inputValue()]

flow('Apple', {}, proves => {
  for (const kind of ['phone', 'desktop']) {
    proves(`a person on a ${kind} is led to an app password, and linked with it on two screens`, async ({ stage, person }) => {
      const ana = await person(kind)
      await ana.opens()
      await ana.sees('start', { rules: false })
      await ana.tap(`a[href="${FORM}"]`)
      await ana.sees('apple', { words: ['xxxx-xxxx-xxxx-xxxx'] })
      await fills(ana, APPLE_USER, APPLE_PASSWORD)
      await ana.press('apple')
      await ana.sees('linked', { words: [APPLE_USER], name: 'linked.apple' })
      assert.equal((await ana.client.link()).provider, 'apple')
    })
  }

  for (const [how, password] of [['spaces around and between', '  abcd efgh ijkl mnop '], ['no dashes', 'abcdefghijklmnop'], ['capitals', 'ABCD-EFGH-IJKL-MNOP']]) {
    proves(`an app password with ${how} is the same password`, async ({ stage, person }) => {
      const ana = await person()
      await coached(ana, stage)
      await fills(ana, ` ${APPLE_USER} `, password)
      await ana.press('apple')
      await ana.sees('linked', { rules: false })
    })
  }

  proves('a password of another shape is refused in the browser, and nothing is sent at all', async ({ stage, person }) => {
    const ana = await person()
    await coached(ana, stage)
    const posts = []
    ana.context.on('request', request => request.method() === 'POST' && posts.push(request.url()))
    await fills(ana, APPLE_USER, 'Mi-clave-de-siempre1')
    await ana.press('apple')
    assert.equal(await ana.find('#apple [name=password]').evaluate(input => input.checkValidity()), false)
    await ana.sees('apple', { name: 'apple.refused_in_the_browser' })
    assert.deepEqual(posts, [])
    assert.equal(await ana.page.evaluate(() => document.activeElement?.getAttribute('name')), 'password', 'the browser points at the password')
  })

  proves('a password of another shape that gets past the browser is refused by the gateway, and Apple hears nothing', async ({ stage, person }) => {
    const ana = await person()
    await coached(ana, stage)
    await fills(ana, APPLE_USER, 'Mi-clave-de-siempre1')
    await ana.find('form#apple').evaluate(form => { form.noValidate = true })
    await stage.caldav.forget()
    stage.apple.heard.length = 0
    await ana.press('apple')
    await ana.sees('apple', { code: 'apple_regular_password' })
    assert.deepEqual(await typed(ana), [APPLE_USER, ''])
    assert.equal(await stage.caldav.count(), 0)
    assert.deepEqual(stage.apple.heard, [])
    assert.doesNotMatch(stage.log('gateway'), /Mi-clave/)
  })

  proves('a wrong app password is refused by Apple; the address stays, the password goes', async ({ stage, person }) => {
    const ana = await person()
    await coached(ana, stage)
    await fills(ana, APPLE_USER, 'zzzz-zzzz-zzzz-zzzz')
    await ana.press('apple')
    await ana.sees('apple', { code: 'login_failed' })
    assert.deepEqual(await typed(ana), [APPLE_USER, ''])
    await fills(ana, APPLE_USER, APPLE_PASSWORD)
    await ana.press('apple')
    await ana.sees('linked', { rules: false })
  })

  proves('who goes to Apple for the password finds the address again, and no password', async ({ stage, person }) => {
    const ana = await person()
    await coached(ana, stage)
    await fills(ana, APPLE_USER, 'abcd-efgh')
    await ana.page.reload()
    await ana.find('form#apple').waitFor()
    assert.deepEqual(await typed(ana), [APPLE_USER, ''])
    const kept = await ana.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    assert.doesNotMatch(kept, /abcd/)
    await ana.opens(`${stage.gateway}/connect`)
    await ana.tap(`a[href="${FORM}"]`)
    await ana.find('form#apple').waitFor()
    assert.deepEqual(await typed(ana), [APPLE_USER, ''], 'after a look elsewhere')
    await ana.tab()
    await ana.opens(`${stage.gateway}${FORM}`)
    assert.equal((await typed(ana))[1], '', 'in another tab')
  })

  proves('the coach speaks to who has no JavaScript, too', async ({ stage, person }) => {
    const ana = await person('phone', { javaScriptEnabled: false })
    await coached(ana, stage)
    await fills(ana, APPLE_USER, APPLE_PASSWORD)
    await ana.press('apple')
    await ana.sees('linked', { rules: false })
  })
}, appleServer)
