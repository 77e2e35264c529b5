import { agentTorques } from './agent';

const CALM = 0.8;

/** All the torque `[4]` that the agent asks for in a state `[24]`. */
export const hurriedWalk = agentTorques;

/**
 * A share of that torque. The agent learned while exploring; acting by its mean it hurries, and falls in a third of the
 * episodes, here and in Gymnasium. With less torque it walks more slowly and seldom falls.
 */
export function calmWalk(state: Float32Array): Float32Array {
  return agentTorques(state).map((torque) => CALM * torque);
}
