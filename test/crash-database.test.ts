import { expect, test } from "bun:test"
import { join } from "node:path"
import { killWithin, type Phase, play, SEED, share, victim } from "./support/crashes"
import { emptyHome, freshHome } from "./support/database"
import { expectKept } from "./support/database-kept"
import { canMount, mounted } from "./support/mounts"

/** One after the other, so that crashes follow crashes. */
const KILLS_A_HOME = 4
const HOMES = share(0.6 / KILLS_A_HOME)

/** "open" finds what the previous kill left, so that it is killed during the engine's recovery. */
const phases = ["open", "CHECKPOINT", "VACUUM kept", "write", "ANALYZE kept", "upkeep", "close"]

/** For a phase that was not yet seen to end. */
const GUESS_MS = 150

test(`${HOMES * KILLS_A_HOME} SIGKILLs of a busy database lose no committed row (seed ${SEED})`, async () => {
  const timing = new Map<string, Phase>()
  await play(HOMES, async (round, random) => {
    await using at = await freshHome()
    let said = 0
    for (let nth = 0; nth < KILLS_A_HOME; nth++) {
      const turn = round * (KILLS_A_HOME - 1) + nth - 1
      const phase = nth === 0 ? "write" : `${phases[turn % phases.length]}`
      const known = timing.get(phase) ?? { duration_ms: GUESS_MS }
      timing.set(phase, known)
      const killed = victim("database-crash-child.ts", at.home, phase)
      const lines = await killWithin(killed, known, random)
      said = Math.max(said, ...lines.map(Number).filter(Number.isFinite))
      // Otherwise the next process has to clean up, and is killed as well.
      if (random() < 0.5 || nth === KILLS_A_HOME - 1) await expectKept(at.home, said)
    }
  })
}, 900_000)

const ON_FULL_DISK = share(0.05)

test.skipIf(!canMount)(
  `${ON_FULL_DISK} SIGKILLs on a disk that is almost full lose none either (seed ${SEED}; skipped without mounts)`,
  async () => {
    await using from = await freshHome()
    await using at = await emptyHome()
    const small = mounted(
      `mount -t tmpfs -o size=64m tmpfs ${at.home} && cp -R ${from.home}/db ${at.home}/db`,
    )
    const script = join(import.meta.dir, "support/database-full-crash-child.ts")
    const argv = [...small, process.execPath, script, at.home, `${ON_FULL_DISK}`]
    const env = { ...process.env, AMELIA_SEED: `${SEED}` }
    const child = Bun.spawn(argv, { env, stdout: "pipe" })
    expect(await new Response(child.stdout).json()).toEqual({ kills: ON_FULL_DISK })
  },
  900_000,
)
