import { contextBridge, ipcRenderer } from 'electron';
import { desktopChannels, type DesktopBridge, type DesktopDescription } from '../shared/desktop';

const bridge: DesktopBridge = {
  describe: () => ipcRenderer.invoke(desktopChannels.describe) as Promise<DesktopDescription>,
};

contextBridge.exposeInMainWorld('desktop', bridge);
