import { release, verificationSchema } from '@holdfast/contracts';
import { openRepositoryOf, sweepDrills, sweepScratch } from '@holdfast/engine';
import { openFrame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { validatorSettings } from './config.ts';
import type { ValidatorDependencies } from './dependencies.ts';
import { requestDueDrills } from './drills/request-drills.ts';
import { subscribeDrills } from './drills/handle.ts';
import { openMeasures } from './measures.ts';
import { repeatAlone } from './repeat-alone.ts';
import { subscribeValidations } from './validation/handle.ts';
import { openSlots } from './validation/slots.ts';
import { verifyDue } from './verification/verify-due.ts';
import { subscribeRemovals } from './verification/handle.ts';

/** How often it is looked whether a drill is due. Short against BACKUP_DRILL_EVERY; costs a listing of the repository. */
const DRILLS_EVERY_MS = 10 * 60_000;
/** How often it is looked whether bytes are to be verified; a listing as well. */
const VERIFY_EVERY_MS = 5 * 60_000;

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export const startValidator = (env: NodeJS.ProcessEnv): Promise<RunningService> =>
  openFrame('validator', validatorSettings, env, async (frame) => {
    const { settings, log, drain } = frame;
    const scratch = { scratchDir: settings.BACKUP_SCRATCH_DIR, osUser: settings.BACKUP_DRILL_USER };
    for (const folder of [...(await sweepScratch(settings)), ...(await sweepDrills(scratch))])
      log.info({ folder }, 'removed what a dead process left');
    const repository = await openRepositoryOf(settings);
    const deps: ValidatorDependencies = {
      ...frame,
      repository,
      verifications: await frame.bus.bucket('verification', verificationSchema),
      measures: openMeasures(frame.metrics),
      drillSlots: openSlots(settings.BACKUP_DRILL_CONCURRENCY),
      release,
    };
    frame.health.check('storage', async () => void (await repository.storage.check()));
    await frame.present();
    frame.subscribed([
      ...(await subscribeValidations(deps)),
      ...(await subscribeDrills(deps)),
      ...(await subscribeRemovals(deps)),
    ]);
    const repeated = [
      repeatAlone(deps, 'validator-drills', DRILLS_EVERY_MS, () => requestDueDrills(deps, new Date())),
      repeatAlone(deps, 'validator-bytes', VERIFY_EVERY_MS, (signal) => verifyDue(deps, signal)),
    ];
    drain.add('stop-pulling', 'repeated work', async () => {
      await Promise.all(repeated.map((each) => each.stop()));
    });
    return frame.ready();
  });
