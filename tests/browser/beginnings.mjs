// Where a proof begins that is not about how one gets there.

/** Somebody whose CalDAV calendar is linked and holds these events, at home on their page. */
export async function linkedAtHome({ stage, person }, events, kind, more) {
  const ana = await person(kind, more)
  await stage.puentes.holds(ana.client.phone, events)
  await ana.client.linkCaldav(stage.caldav.url)
  await ana.opens()
  await ana.sees('linked', { rules: false })
  return ana
}

/** Fills in the form for any CalDAV server, as the one user of the simulator. */
export async function fillsCaldav(ana, { address = ana.stage.caldav.url, username = 'alice', password = 'secret' } = {}) {
  await ana.types('#caldav [name=address]', address)
  await ana.types('#caldav [name=username]', username)
  // The simulator's password is an ordinary word, so its absence from the page proves nothing; those that we make up do.
  if (password === 'secret') await ana.types('#caldav [name=password]', password)
  else await ana.confides('#caldav [name=password]', password)
}
