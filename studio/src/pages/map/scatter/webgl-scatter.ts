// Points by WebGL 2: one sprite a point, whose fragment shader keeps what lies within the outline of its sense (a signed
// distance). Places and kinds are uploaded once, states when they change; panning and zooming set one uniform. Without a
// graphics processor fragments are what costs, so only large points have smoothed edges: where there are many they are
// small, and cut. Points lie in a shuffled order, so that the first n of them are an even sample.

import type { ModalityName } from 'tonggan'
import { shuffledOrder } from '../layout/seeded-draws.ts'
import type { Camera, Size } from './camera.ts'
import { rgb } from './colour.ts'
import { edgeShare, fadedShare, litGrowth, plainEdgeInk } from './point-look.ts'
import {
  type DrawOptions,
  pointStates,
  type Scatter,
  type ScatterKind,
  type ScatterPoints,
  type ScatterTheme,
} from './scatter.ts'

const mostKinds = 32
/** CSS pixels: points of this radius and more have smoothed edges. */
const smallestSmoothed = 4
/** The order of the shader's cases: the outlines of `senseShapes`, within a circle of radius 1. */
const outlines: readonly ModalityName[] = ['text', 'image', 'audio', 'video', 'motion', 'code']
const float = (value: number) => value.toFixed(6)

const vertexShader = `#version 300 es
layout(location = 0) in vec2 place;
layout(location = 1) in uint kind;
layout(location = 2) in uint state;
uniform vec2 centre;
uniform vec2 zoom;      // map units -> clip space
uniform float diameter; // device pixels
uniform uint shown;     // only points of this state
uniform vec3 colours[${mostKinds}];
uniform uint outlines[${mostKinds}];
uniform vec3 paper;
flat out vec3 colour;
flat out uint outline;
void main() {
  if (state != shown) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); gl_PointSize = 1.0; return; }
  gl_Position = vec4((place - centre) * zoom, 0.0, 1.0);
  gl_PointSize = shown == ${pointStates.lit}u ? diameter * ${float(litGrowth)} : diameter;
  colour = shown == ${pointStates.faded}u ? mix(colours[kind], paper, ${float(fadedShare)}) : colours[kind];
  outline = outlines[kind];
}`

const fragmentShader = `#version 300 es
precision mediump float;
flat in vec3 colour;
flat in uint outline;
uniform vec3 ink;
uniform float edge;     // its width as a share of the radius, 0: none
uniform float edgeInk;  // how much ink it holds
uniform float smoothed; // the width of a pixel as a share of the radius, 0: edges are cut
out vec4 result;
float outside(vec2 p) {
  vec2 q = abs(p);
  switch (outline) {
    case 1u: return max(q.x, q.y) - 0.75;
    case 2u: return max(-p.y - 0.75, 0.8796 * q.x + 0.4758 * p.y - 0.3767);
    case 3u: return max(-p.x - 0.5833, 0.4872 * p.x + 0.8733 * q.y - 0.4060);
    case 4u: return (q.x + q.y - 0.9167) * 0.7071;
    case 5u: return max(q.x - 0.7917, 0.4844 * q.x + 0.8748 * q.y - 0.7655);
    default: return length(p) - 0.8333;
  }
}
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float d = outside(vec2(p.x, -p.y));
  if (d > 0.0) discard;
  vec3 filled = d > -edge ? mix(colour, ink, edgeInk) : colour;
  result = vec4(filled, smoothed > 0.0 ? min(1.0, -d / smoothed) : 1.0);
}`

export class WebglScatter implements Scatter {
  readonly technique = 'webgl'
  readonly #gl: WebGL2RenderingContext
  readonly #program: WebGLProgram
  readonly #places: WebGLBuffer
  readonly #kinds: WebGLBuffer
  readonly #states: WebGLBuffer
  #order = new Int32Array(0)
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  #size: Size = { width: 1, height: 1 }
  #ratio = 1
  #paper: readonly number[] = [1, 1, 1]

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#program = linked(gl)
    gl.useProgram(this.#program)
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA)
    gl.bindVertexArray(gl.createVertexArray())
    this.#places = gl.createBuffer()
    this.#kinds = gl.createBuffer()
    this.#states = gl.createBuffer()
    for (const [location, buffer] of [this.#places, this.#kinds, this.#states].entries()) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
      gl.enableVertexAttribArray(location)
      if (location === 0) gl.vertexAttribPointer(location, 2, gl.FLOAT, false, 0, 0)
      else gl.vertexAttribIPointer(location, 1, gl.UNSIGNED_BYTE, 0, 0)
    }
  }

  get device(): string {
    const names = this.#gl.getExtension('WEBGL_debug_renderer_info')
    return String(this.#gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : this.#gl.RENDERER))
  }

  setPoints({ places, kinds }: ScatterPoints, looks: readonly ScatterKind[]): void {
    const gl = this.#gl
    const count = kinds.length
    this.#order = shuffledOrder(count, 1)
    const inOrder = new Float32Array(count * 2)
    for (let at = 0; at < count; at++) {
      inOrder[at * 2] = places[this.#order[at] * 2]
      inOrder[at * 2 + 1] = places[this.#order[at] * 2 + 1]
    }
    this.#upload(this.#places, inOrder)
    this.#upload(this.#kinds, this.#ordered(kinds))
    this.setStates(new Uint8Array(count))
    const used = looks.slice(0, mostKinds)
    if (used.length === 0) return
    gl.uniform3fv(
      this.#uniform('colours'),
      used.flatMap(({ colour }) => rgb(colour)),
    )
    gl.uniform1uiv(
      this.#uniform('outlines'),
      used.map(({ modality }) => Math.max(0, outlines.indexOf(modality))),
    )
  }

  setStates(states: Uint8Array): void {
    this.#held = this.#ordered(states)
    this.#upload(this.#states, this.#held)
  }

  setTheme({ paper, ink }: ScatterTheme): void {
    this.#paper = rgb(paper)
    this.#gl.uniform3fv(this.#uniform('paper'), rgb(paper))
    this.#gl.uniform3fv(this.#uniform('ink'), rgb(ink))
  }

  resize(size: Size, ratio: number): void {
    const { canvas } = this.#gl
    this.#size = size
    this.#ratio = ratio
    canvas.width = Math.max(1, Math.round(size.width * ratio))
    canvas.height = Math.max(1, Math.round(size.height * ratio))
    this.#gl.viewport(0, 0, canvas.width, canvas.height)
  }

  draw(camera: Camera, { radius, atMost = Infinity }: DrawOptions): void {
    const gl = this.#gl
    const [red, green, blue] = this.#paper
    gl.clearColor(red, green, blue, 1)
    gl.clear(gl.COLOR_BUFFER_BIT)
    gl.uniform2f(this.#uniform('centre'), camera.x, camera.y)
    const { width, height } = this.#size
    gl.uniform2f(this.#uniform('zoom'), (2 * camera.scale) / width, (2 * camera.scale) / height)
    gl.uniform1f(this.#uniform('diameter'), 2 * radius * this.#ratio)
    const isLarge = radius >= smallestSmoothed
    gl.uniform1f(this.#uniform('smoothed'), isLarge ? 1 / (radius * this.#ratio) : 0)
    if (isLarge) gl.enable(gl.BLEND)
    else gl.disable(gl.BLEND)
    const count = Math.min(atMost, this.#order.length)
    const { faded, plain, lit } = pointStates
    for (const state of [faded, plain, lit]) {
      if (!this.#held.includes(state)) continue
      gl.uniform1ui(this.#uniform('shown'), state)
      const share = edgeShare(state, radius)
      gl.uniform1f(this.#uniform('edge'), share)
      gl.uniform1f(this.#uniform('edgeInk'), state === lit ? 1 : plainEdgeInk)
      gl.drawArrays(gl.POINTS, 0, state === lit ? this.#order.length : count)
    }
  }

  close(): void {
    const gl = this.#gl
    for (const buffer of [this.#places, this.#kinds, this.#states]) gl.deleteBuffer(buffer)
    gl.deleteProgram(this.#program)
  }

  #ordered(values: Uint8Array): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#order, (point) => values[point])
  }

  #upload(buffer: WebGLBuffer, data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): void {
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, buffer)
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, data, this.#gl.STATIC_DRAW)
  }

  readonly #locations = new Map<string, WebGLUniformLocation | null>()
  #uniform(name: string): WebGLUniformLocation | null {
    if (!this.#locations.has(name))
      this.#locations.set(name, this.#gl.getUniformLocation(this.#program, name))
    return this.#locations.get(name)!
  }
}

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(kind)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  return program
}
