import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hubSettings, modelsFolder } from './model-store.node.ts'

test.each([
  [{}, 'https://huggingface.co', false],
  [{ HF_ENDPOINT: 'https://hf-mirror.com' }, 'https://hf-mirror.com', false],
  [{ HF_HUB_OFFLINE: '1' }, 'https://huggingface.co', true],
  [{ TRANSFORMERS_OFFLINE: 'yes', HF_HUB_OFFLINE: '0' }, 'https://huggingface.co', true],
])('the environment %o means %s, offline %s', (environment, address, offline) => {
  expect(hubSettings(environment)).toEqual({ endpoint: address, offline })
})

test('a token of the environment is taken', () => {
  expect(hubSettings({ HF_TOKEN: 'hf_1' })).toMatchObject({ token: 'hf_1' })
})

test('models are kept beside the features, wherever those are, or where they were told to', () => {
  expect(modelsFolder({ TONGGAN_MODELS: '/m', TONGGAN_CACHE: '/c' })).toBe('/m')
  expect(modelsFolder({ TONGGAN_CACHE: '/c' })).toBe(join('/c', 'models'))
  expect(modelsFolder({ TONGGAN_CACHE: 'off', XDG_CACHE_HOME: '/x' })).toMatch(/tonggan[/\\]models$/)
})
