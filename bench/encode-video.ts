// How long a film takes from file to features, sound included or not, and how much memory. Wanted: 10 s of 720p H.264 in
// less than 5 s, and two hours in at most 1.2 times the memory of one minute. Each figure is that of a fresh process, so
// that opening the sessions counts; the median of three. Needs ffmpeg with libx264, and with `long` some 3 GB for a while.
//
//   node --conditions=tonggan-source bench/encode-video.ts [long]

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audioEncoder, encode, openDataset, videoEncoder } from '../src/index.ts'

const runs = 3
const [what, table] = process.argv.slice(2)
if (what === 'video' || what === 'both') await measure(table, what === 'both')
else report(what === 'long')

/** In a process of its own: prints seconds and peak MiB. */
async function measure(path: string, withSound: boolean): Promise<void> {
  const encoders = { video: videoEncoder(), ...(withSound && { audio: audioEncoder() }) }
  const began = performance.now()
  const { views } = await encode(await openDataset(path), encoders, { cache: false })
  const seconds = (performance.now() - began) / 1000
  if (views.length !== (withSound ? 2 : 1)) throw new Error(`only ${views.map(({ name }) => name)}`)
  console.log(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }))
}

function report(long: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), 'tonggan-films-'))
  try {
    make(folder, 'short.mp4', 10)
    say('10 s of 720p, pictures', folder, 'short.mp4', 'video', ' (wanted: less than 5 s)')
    say('10 s of 720p, pictures and sound', folder, 'short.mp4', 'both')
    if (!long) return
    make(folder, 'minute.mp4', 60)
    ffmpeg('-stream_loop', '119', '-i', join(folder, 'minute.mp4'), '-c', 'copy', join(folder, 'hours.mp4'))
    for (const [views, title] of [
      ['video', 'pictures'],
      ['both', 'pictures and sound'],
    ] as const) {
      say(`1 minute of 720p, ${title}`, folder, 'minute.mp4', views)
      say(`2 hours of 720p, ${title}`, folder, 'hours.mp4', views)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function make(folder: string, name: string, seconds: number): void {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=1280x720:r=30:d=${seconds}`]
  const sound = ['-f', 'lavfi', '-i', `sine=440:d=${seconds}`]
  const codecs = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
  ffmpeg(...picture, ...sound, ...codecs, join(folder, name))
}

function ffmpeg(...options: string[]): void {
  execFileSync(process.env.TONGGAN_FFMPEG || 'ffmpeg', ['-v', 'error', '-y', ...options], {
    stdio: 'inherit',
  })
}

function say(title: string, folder: string, name: string, views: 'video' | 'both', bound = ''): void {
  const path = join(folder, `${name}.csv`)
  writeFileSync(path, `video\n${name}\n`)
  const measured = Array.from({ length: runs }, () => {
    const command = ['--conditions=tonggan-source', import.meta.filename, views, path]
    return JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' }))
  })
  const median = (of: 'seconds' | 'mebibytes') =>
    measured.map((run) => run[of]).sort((a, b) => a - b)[runs >> 1]
  console.log(`${title}: ${median('seconds').toFixed(1)} s${bound}, ${Math.round(median('mebibytes'))} MiB`)
}
