// The ways of transferring labels: one line each.

import type { TransferMethodName } from '../transfer-options.ts'
import { classMean } from './class-mean.ts'
import { linearProbe } from './linear-probe.ts'
import type { TransferMethod } from './method.ts'
import { student } from './student.ts'
import { tipAdapter } from './tip-adapter.ts'
import { zeroShot } from './zero-shot.ts'

export const methods: Readonly<Record<TransferMethodName, TransferMethod>> = {
  student,
  'class-mean': classMean,
  probe: linearProbe,
  'tip-adapter': tipAdapter,
  'zero-shot': zeroShot,
}
