// Waiting for what is expected, and never longer than that.

import { setTimeout as pause } from 'node:timers/promises'

/** How long anything may take, in milliseconds: generous, as several of these runs may share two slow cores. */
export const PATIENCE = 20_000

/** Asks `look` again and again until it answers something; fails with what it saw last. */
export async function until(what, look, patience = PATIENCE) {
  const end = Date.now() + patience
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`)
    await pause(50)
  }
}
