#!/usr/bin/env node
// Here before anything is built, since npm links a workspace's programs only if they are there when it installs.
import '../dist/diff-pipeline.js';
