// What may draw behind the gateway. Suites that hold for any upstream run over all of them.
import { Gateway } from "./gateway.mjs";
import { startBehindDreamifly, stopBehindDreamifly } from "./dreamifly.mjs";
import { sdks } from "./sdks.mjs";

const failure = { status: 500, body: { error: "Prediction failed: CUDA out of memory" } };

export const demo = {
  name: "the demo",
  provider: "demo",
  // `failures`: "all" pictures or "some" of them.
  async start({ env = {}, failures } = {}) {
    const rate = { all: "1", some: "0.5" }[failures];
    const gateway = await Gateway.start({ ...env, ...(rate && { DEMO_FAILURE_RATE: rate }) });
    return {
      gateway,
      drawn: () => gateway.metric("gw_tasks_sent_total"),
      stop: () => gateway.stop(),
    };
  },
};

export const dreamifly = {
  name: "a Dreamifly server",
  provider: "dreamifly",
  async start({ env = {}, failures } = {}) {
    const both = await startBehindDreamifly({ env });
    if (failures) await both.dreamifly.next({ ...failure, count: failures === "all" ? 100 : 3 });
    return {
      gateway: both.gateway,
      drawn: () => both.dreamifly.drawn(),
      stop: () => stopBehindDreamifly(both),
    };
  },
};

// Each line of the official client in front of each upstream.
export const pairings = [demo, dreamifly].flatMap((upstream) =>
  sdks.map(({ name, OpenAI }) => ({ upstream, OpenAI, title: `${upstream.name} with ${name}` })));

export async function withUpstream(upstream, options, use) {
  const started = await upstream.start(options);
  try {
    await use(started);
  } catch (error) {
    await started.stop().catch(() => {}); // the first failure is the one to report
    throw error;
  }
  await started.stop();
}
