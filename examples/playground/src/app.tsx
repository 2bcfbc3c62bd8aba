import type { Case } from '@diff/datasets/phantom';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { caseOfFiles } from './cases/open-files.js';
import { decodePicture } from './cases/picture.js';
import { hashOf, pages, type Settings, settingsOf } from './settings.js';
import { DiagnosisPage } from './views/diagnosis-page.js';
import { FusePage } from './views/fuse-page.js';
import { TrainingPage } from './views/training-page.js';

const PAGES: Record<Settings['page'], { name: string; about: string }> = {
  fuse: {
    name: 'Fuse masks',
    about:
      'Several people outlined the same thing, and nobody knows who is right. See what voting, STAPLE, Dawid–Skene and SIMPLE make of it, and whom they come to trust.',
  },
  diagnosis: {
    name: 'Diagnosis first',
    about:
      'A network diagnoses a picture with a mask. Which rater must it follow where, to come to the diagnosis that the patient has? And what if it is told the wrong one?',
  },
  train: {
    name: 'Take and Give',
    about:
      'A segmentation network learns to outline from the picture alone. What a diagnosis network sees in it is given to its encoder and taken by its decoder: see where they look.',
  },
};

export function App() {
  const start = useMemo(() => settingsOf(location.hash), []);
  const [settings, setSettings] = useState(start.settings);
  const [problem, setProblem] = useState(start.problems.join(' '));
  const [own, setOwn] = useState<Case>();
  const { page } = settings;
  // A page is made when it is first visited, and kept.
  const [visited, setVisited] = useState<readonly Settings['page'][]>([page]);
  if (!visited.includes(page)) setVisited([...visited, page]);

  const ofFiles = own !== undefined && page === 'fuse';
  useEffect(() => {
    history.replaceState(null, '', `${location.pathname}${location.search}${hashOf(settings, ofFiles)}`);
  }, [settings, ofFiles]);
  useEffect(() => {
    const onHash = () => {
      const { settings, problems } = settingsOf(location.hash);
      setSettings(settings);
      setProblem(problems.join(' '));
      setOwn(undefined);
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);

  const change = (some: Partial<Settings>) => {
    setProblem('');
    setSettings((before) => ({ ...before, ...some }));
  };
  async function open(files: readonly File[]) {
    if (files.length === 0) return;
    try {
      const read = await Promise.all(
        files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
      );
      setOwn(await caseOfFiles(read, decodePicture));
      change({ page: 'fuse', structure: '', without: [] });
    } catch (error) {
      setProblem((error as Error).message);
    }
  }
  function close() {
    setOwn(undefined);
    change({ structure: '', without: [] });
  }
  // Files may be dropped anywhere: the browser itself would leave the page for them, and a volume's canvas keep them.
  useEffect(() => {
    const onDrag = (event: DragEvent) => {
      event.preventDefault();
      if (event.type === 'drop') open(Array.from(event.dataTransfer?.files ?? []));
    };
    addEventListener('dragover', onDrag, true);
    addEventListener('drop', onDrag, true);
    return () => {
      removeEventListener('dragover', onDrag, true);
      removeEventListener('drop', onDrag, true);
    };
  }, []);

  const props = { settings, change, fail: setProblem };
  return (
    <div class="app">
      <header>
        <h1>Fusing raters' masks</h1>
        <nav class="row" aria-label="Pages">
          {pages.map((one) => (
            <button
              key={one}
              type="button"
              aria-current={page === one ? 'page' : undefined}
              onClick={() => change({ page: one })}
            >
              {PAGES[one].name}
            </button>
          ))}
        </nav>
        <p>{PAGES[page].about} All is computed in this browser; nothing leaves it.</p>
      </header>
      <p class="problem" role="alert">
        {problem}
      </p>
      {visited.includes('fuse') && (
        <div hidden={page !== 'fuse'}>
          <FusePage {...props} {...{ own, open, close }} />
        </div>
      )}
      {visited.includes('diagnosis') && (
        <div hidden={page !== 'diagnosis'}>
          <DiagnosisPage {...props} />
        </div>
      )}
      {visited.includes('train') && (
        <div hidden={page !== 'train'}>
          <TrainingPage {...props} />
        </div>
      )}
    </div>
  );
}
