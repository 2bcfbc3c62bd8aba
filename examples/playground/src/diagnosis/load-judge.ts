import '@diff/networks';
import { deserializeModel } from '@diff/train';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** The diagnosis network that comes with the page, on the engine that computes. @throws Error where its file is not beside the page. */
export async function loadJudge(): Promise<LayersModel> {
  const response = await fetch(new URL('./judge.safetensors', import.meta.url));
  if (!response.ok) throw new Error(`the network's file: ${response.status}, expected it beside the page`);
  const { model } = await deserializeModel(new Uint8Array(await response.arrayBuffer()));
  return model;
}
