// Registers the layers that the networks of a run are made of, so that their files load.
import '@diff/networks/layers';
import '@diff/tg-model';
