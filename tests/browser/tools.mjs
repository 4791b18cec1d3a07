// What npm installed, wherever tests/run put it.

import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const installed = createRequire(`${process.env.PASARELA_BROWSER_TOOLS}/package.json`)

export const { chromium } = installed('playwright-core')
export const axeSource = readFileSync(installed.resolve('axe-core/axe.min.js'), 'utf8')
