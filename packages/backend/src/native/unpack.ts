import { run } from './run.js';

/** Of the wheel's 13,000 headers these are all that the sources include. */
const wanted = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/platform/',
  'tensorflow/include/xla/tsl/c/',
];

/** In Python, which is there anyway since pip is: a wheel is a zip file with the hash of each file in RECORD. */
const script = `
import base64, csv, hashlib, io, os, sys, zipfile
wheel, folder, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    record = next(name for name in z.namelist() if name.endswith('.dist-info/RECORD'))
    hashes = {row[0]: row[1] for row in csv.reader(io.TextIOWrapper(z.open(record)))}
    for name in z.namelist():
        if name.endswith('/') or not name.startswith(tuple(wanted)):
            continue
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        digest = hashlib.sha256()
        with z.open(name) as source, open(path, 'wb') as target:
            while block := source.read(1 << 20):
                digest.update(block)
                target.write(block)
        if hashes[name] != 'sha256=' + base64.urlsafe_b64encode(digest.digest()).decode().rstrip('='):
            sys.exit(name + ' does not have the hash that the wheel records for it')
`;

/** Unpacks TensorFlow's libraries and C headers from its wheel, and checks each file against the wheel's record. */
export const unpackWheel = (wheel: string, folder: string, signal?: AbortSignal): Promise<string> =>
  run('python3', ['-c', script, wheel, folder, ...wanted], { signal });
