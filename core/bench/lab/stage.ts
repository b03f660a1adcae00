import { unreachable } from '#core/ports';
import { type BenchView, type EcuView, type RoleName } from '#core/contract';
import { qosOf, retainOf } from '#core/protocol';
import { type Action, nameGivenBy, type Outcome, type Stage } from '#core/scenario';
import { BenchError, refusalOf } from '../errors.ts';
import { createConnections } from './connections.ts';
import { payloadOf } from './payload.ts';
import { createReleases } from './releases.ts';
import { askApi } from './request.ts';
import { createSight } from './sight.ts';
import { createSigner } from './sign.ts';
import { type LabBench } from './site.ts';
import { blankNames, treeOf } from './tree.ts';

type Of<Kind extends Action['do']> = Extract<Action, { do: Kind }>;
const ROLES: readonly RoleName[] = ['broker', 'backend', 'dcu'];

/** A bench on which a scenario plays, with all its roles on and its vehicles heard of. */
export async function openStage(
  site: LabBench,
  { vins, seed }: { vins: readonly string[]; seed: number },
): Promise<Stage> {
  const { bench, context, feeds } = site;
  const { client } = bench;
  const sight = createSight(context.topics());
  const named = blankNames();
  const sign = createSigner(context);
  const connections = createConnections(site, sight);
  const releases = createReleases(context, seed, sign);
  const [firstVin = ''] = vins;

  const start = async (role: RoleName): Promise<void> => {
    const view: BenchView = await client.bench.start({ roles: [role] });
    const state = view.roles[role];
    if (state.kind === 'failed') {
      const { code, reason } = state.refusal;
      throw new BenchError('UNEXPECTED', `the ${role} did not start: ${code}, ${reason}`, {
        next: state.refusal.next,
      });
    }
    const broker = site.broker();
    if (role === 'broker' && broker) sight.followBroker(broker);
    const backend = site.backend();
    if (role === 'backend' && backend) sight.followBackend(backend);
    sight.changed();
  };
  const stop = async (role: RoleName): Promise<void> => {
    await client.bench.stop({ roles: [role] });
    sight.changed();
  };
  const ecuOf = (vin: string, ecuId: string): EcuView => {
    const ecu = feeds.vehicles.get(vin)?.ecus.find((each) => each.ecuId === ecuId);
    if (ecu) return ecu;
    throw new BenchError('ECU_UNKNOWN', `${vin} has no ECU ${ecuId}`, {
      next: 'name one of the vehicle',
    });
  };

  const update = async (step: Of<'update'>): Promise<string> => {
    const { ecu: ecuId, version, counter, vin = firstVin, expiresInSeconds } = step;
    const name = nameGivenBy(step) ?? '';
    const image = await releases.image(step, name, true);
    const composed = await client.updates.compose({
      draft: {
        artifactSha256: image.sha256,
        artifactName: `${name}.bin`,
        ...{ version, vin, ecuId },
        description: step.description ?? step.title ?? name,
        ...(counter === undefined ? {} : { releaseCounter: counter }),
        ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
      },
    });
    const issue = JSON.parse(composed.payload) as { manifest: object };
    named.releases.set(name, issue.manifest);
    named.issues.set(name, issue);
    named.updates.set(name, composed.updateId);
    await client.updates.publish({ composedId: composed.composedId });
    return `published ${version} for ${ecuId} of ${vin}`;
  };

  const group = async (step: Of<'group'>): Promise<string> => {
    const { vin = firstVin, version } = step;
    const name = nameGivenBy(step) ?? '';
    const members = [];
    for (const { ecu: ecuId, counter, requires = [], ...member } of step.members) {
      const own = `${name}-${ecuId}`;
      const { sha256 } = await releases.image(member, own, true);
      const file = { artifactSha256: sha256, artifactName: `${own}.bin` };
      const counted = counter === undefined ? {} : { releaseCounter: counter };
      members.push({ ...{ ecuId, requires, version: member.version }, ...file, ...counted });
    }
    const description = step.description ?? step.title ?? name;
    const composed = await client.updates.composeGroup({
      draft: { vin, version, description, members },
    });
    const issue = JSON.parse(composed.payload) as { manifests: { hardwareId: string }[] };
    for (const { ecuId } of members) {
      const { hardwareId } = ecuOf(vin, ecuId);
      const manifest = issue.manifests.find((each) => each.hardwareId === hardwareId);
      if (manifest) named.releases.set(`${name}-${ecuId}`, manifest);
    }
    named.issues.set(name, issue);
    named.updates.set(name, composed.updateId);
    await client.updates.publish({ composedId: composed.composedId });
    return `published ${version} for ${members.map(({ ecuId }) => ecuId).join(', ')} of ${vin}`;
  };

  const publish = async (step: Of<'publish'>, signal: AbortSignal): Promise<Outcome> => {
    const captured = step.captured === undefined ? null : named.captured.get(step.captured);
    const { vin = firstVin, times = 1 } = step;
    const topics = context.topics();
    const topic =
      step.topic ??
      (step.kind === undefined ? captured?.topic : topics.of(step.kind, vin, step.updateId));
    if (topic === undefined) {
      throw new BenchError('BAD_INPUT', 'there is no topic to publish to', {
        next: 'name "kind" or "topic", or a message that was captured',
      });
    }
    const kind = topics.parse(topic)?.kind ?? null;
    const qos = step.qos ?? (kind === null ? 1 : qosOf(kind));
    const retain = step.retain ?? (kind !== null && retainOf(kind));
    const about = { kind, vin, captured: captured ?? null, seed: `${String(seed)}/${topic}` };
    return connections.use(step.as, async (link) => {
      for (let time = 0; time < times; time += 1) {
        signal.throwIfAborted();
        const payload = await payloadOf(step, about, { context, sign });
        await link.publish(topic, payload, { qos, retain });
      }
      return `the broker took ${times === 1 ? 'it' : `${String(times)} messages`} to ${topic}`;
    });
  };

  const act = async (action: Action, signal: AbortSignal): Promise<Outcome | string> => {
    switch (action.do) {
      case 'update':
        return update(action);
      case 'release': {
        const { name, vin = firstVin, ecu } = action;
        const manifest = await releases.make(action, ecuOf(vin, ecu));
        named.releases.set(name, manifest);
        return `made ${manifest.releaseId}, image ${manifest.firmware.sha256.slice(0, 12)}…`;
      }
      case 'damage': {
        const manifest = named.releases.get(action.release) as { firmware: { sha256: string } };
        await releases.damage(manifest.firmware.sha256, action.atByte, action.bit ?? 0);
        return `flipped bit ${String(action.bit ?? 0)} of byte ${String(action.atByte)}`;
      }
      case 'publish':
        return publish(action, signal);
      case 'connect':
        return connections.connect(action.name, action.as);
      case 'subscribe': {
        const { filter, qos = 1 } = action;
        return connections.use(action.as, async (link) => {
          await link.subscribe(filter, qos);
          return `subscribed to ${filter}`;
        });
      }
      case 'disconnect': {
        const { connection } = action;
        if (connections.drop(connection) || context.links.drop(connection)) return 'cut';
        throw new BenchError('CONNECTION_UNKNOWN', `nothing is connected as "${connection}"`, {
          next: 'name a connection of the scenario, backend, gatekeeper or a vehicle',
        });
      }
      case 'request': {
        const { outcome, answer } = await askApi(action, site, connections);
        if (action.name !== undefined && answer) named.answers.set(action.name, answer);
        if (outcome.kind === 'refused') {
          sight.refused({ by: 'api', code: outcome.code, reason: outcome.reason });
        }
        return outcome;
      }
      case 'command': {
        const updateId = named.updates.get(action.update) ?? action.update;
        await client.updates[action.command]({ updateId });
        return `sent ${action.command}`;
      }
      case 'rollback': {
        const { vin = firstVin, ecu: ecuId } = action;
        const { updateId } = await client.vehicles.rollback({ vin, ecuId });
        named.updates.set(nameGivenBy(action) ?? '', updateId);
        return `sent rollback for ${ecuId} of ${vin}`;
      }
      case 'fault': {
        const { vin = firstVin, fault } = action;
        const { faultId } = await client.faults.set({ vin, fault });
        named.faults.set(nameGivenBy(action) ?? '', faultId);
        return feeds.faults.get(faultId)?.summary ?? fault.kind;
      }
      case 'clearFault': {
        const { vin = firstVin, name } = action;
        const faultId = name === undefined ? undefined : named.faults.get(name);
        const { cleared } = await client.faults.clear({ vin, ...(faultId ? { faultId } : {}) });
        return `${String(cleared)} ended`;
      }
      case 'conditions': {
        const { vin = firstVin, set } = action;
        return JSON.stringify(await client.vehicles.setConditions({ vin, conditions: set }));
      }
      case 'group':
        return group(action);
      case 'confirm': {
        const updateId = named.updates.get(action.update) ?? '';
        const vin = feeds.updates.get(updateId)?.vin ?? firstVin;
        await client.vehicles.confirm({ vin, updateId, accept: action.accept });
        return action.accept ? 'agreed' : 'declined';
      }
      case 'start':
        await start(action.role);
        return `${action.role} is on`;
      case 'stop':
        await stop(action.role);
        return `${action.role} is off`;
      case 'restart':
        await stop(action.role);
        signal.throwIfAborted();
        await start(action.role);
        return `${action.role} is on again`;
      default:
        return unreachable(action);
    }
  };

  const over = new AbortController();
  const watching = [feeds.vehicles, feeds.updates, feeds.faults].map(async (feed) => {
    for await (const frame of feed.watch(over.signal)) if (frame.seq >= 0) sight.changed();
  });
  const close = async (): Promise<void> => {
    over.abort();
    await Promise.all(watching);
    await connections.close();
  };
  const tree = (): Record<string, unknown> => treeOf(site, vins, named, sight, connections);
  try {
    for (const role of ROLES) await start(role);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async perform(action, signal) {
      try {
        const done = await act(action, signal);
        return typeof done === 'string' ? { kind: 'accepted', detail: done } : done;
      } catch (error) {
        const { code, reason } = refusalOf(error);
        return { kind: 'refused', code, reason };
      } finally {
        sight.changed();
      }
    },
    tree,
    messages: () => sight.messages,
    heardBy: (name) => connections.heardBy(name),
    refusals: () => sight.refusals,
    keep: (name, message) => void named.captured.set(name, message),
    onChange: (listener) => sight.onChange(listener),
    close,
  };
}
