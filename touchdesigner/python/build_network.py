"""Builds the COMP p3a_live in the network that is open: operators, parameters, callbacks, wires.

Run it once inside TouchDesigner, in the textport (Alt+T), with the folder that these files are in:

    exec(open(r'C:/p3a-live/touchdesigner/python/build_network.py').read())
    build_p3a_live(r'C:/p3a-live/touchdesigner/python')

Then wire a TOP into p3a_live, type the display's address and switch Active on. A right click on it and Save Component
makes a .tox, which needs these files no longer. It needs TouchDesigner 2023 or later.
"""


def build_p3a_live(folder, where=None, name='p3a_live'):
    """Returns the new COMP. `where`: the COMP to build in, else /project1."""
    where = where or op('/project1')
    comp = where.create('baseCOMP', name)
    comp.nodeX, comp.nodeY = 0, -200

    def add(kind, called, x, y, **values):
        new = comp.create(kind, called, initialize=False)  # no default callbacks: ours are below
        new.nodeX, new.nodeY = x, y
        for par, value in values.items():
            setattr(new.par, par, value)
        return new

    def text(called, x, y, content):
        add('textDAT', called, x, y).text = content

    # Pictures: in, to the panel's size as 8 bits, out again unchanged.
    source = add('inTOP', 'in1', 0, 0)
    fit = add('fitTOP', 'fit', 200, 0, fit='fitbest', outputresolution='custom', resolutionw=720, resolutionh=720,
              resmult=False, outputaspect='resolution', bgcolora=1, format='rgba8fixed')
    frame = add('nullTOP', 'frame', 400, 0)
    out = add('outTOP', 'out1', 200, -200)
    fit.inputConnectors[0].connect(source)
    frame.inputConnectors[0].connect(fit)
    out.inputConnectors[0].connect(source)

    # The code.
    for number, module in enumerate(('p3a_live', 'p3a_frames', 'p3a_http', 'p3a_link')):
        with open(f'{folder}/{module}.py', encoding='utf-8') as file:
            text(module, 200 * number, -400, file.read())

    # What calls it.
    text('websocket_callbacks', 200, -600, '''def onConnect(dat):
    parent().OnConnect()

def onDisconnect(dat):
    parent().OnDisconnect()

def onReceiveText(dat, rowIndex, message):
    parent().OnText(message)

def onReceiveBinary(dat, contents):
    return

def onReceivePing(dat, contents):
    dat.sendPong(contents)  # a display closes a connection whose pings nobody answers
    parent().OnHeard()

def onReceivePong(dat, contents):
    return

def onMonitorMessage(dat, message):
    return
''')
    add('websocketDAT', 'websocket', 0, -600, active=False, port=81, timeout=5000, callbacks='websocket_callbacks', clamp=True,
        maxlines=10)
    text('timer_callbacks', 600, -600, '''def onCycle(timerOp, segment, cycle):
    parent().SendFrame()
''')
    add('timerCHOP', 'timer', 400, -600, active='always', timecontrol='sequential', lengthtype='fixed',
                lengthunits='seconds', length=1 / 30, cycle=True, cyclelimit=False, callbacks='timer_callbacks')
    parameters = add('parameterexecuteDAT', 'parameters', 800, -600, op='..', pars='*', custom=True, builtin=False,
                     valuechange=True, onpulse=True)
    parameters.text = '''def onValueChange(par, *values):  # older versions tell the value too
    parent().ParameterChanged(par)

def onPulse(par):
    parent().Pulse(par.name)
'''

    begin = add('executeDAT', 'begin', 1000, -600, start=True, create=True)
    begin.text = '''# A Timer CHOP does not run by itself when a project is opened, or this COMP loaded or pasted.
def onStart():
    parent().Start()

def onCreate():
    parent().Start()
'''

    # What it tells.
    add('tableDAT', 'info', 600, 0)
    touches = add('tableDAT', 'touches', 800, 0)
    touches.clear()
    touches.appendRow(['id', 'x', 'y', 'u', 'v'])
    text('callbacks', 600, -200, '''# Yours to fill. comp is the COMP p3a_live; delete what you do not need.

def onTouch(comp, touch):
    """A finger: touch['kind'] is down, move or up; x, y in pixels from the top left, u, v as TouchDesigner counts."""
    return

def onConnect(comp):
    return

def onDisconnect(comp, why):
    return

def onMessage(comp, message):
    """Every text message of the display but acks, as a dict (docs/PROTOCOL.md)."""
    return

def onUpload(comp, result, sentence):
    """result: the display's answer as a dict, or None when the upload failed."""
    return

def onError(comp, sentence):
    return
''')

    # The parameters.
    def setup(group, default, help, **more):
        par = group[0]
        for member, value in more.items():  # a menu's entries before its default
            setattr(par, member, value)
        par.default = par.val = default
        try:
            par.help = help
        except Exception:  # read only in some versions
            pass

    page = comp.appendCustomPage('P3A')
    setup(page.appendToggle('Active'), False, 'Sends pictures.')
    setup(page.appendStr('Address'), 'p3a.local', 'The display: an address or a name. With TLS: https:// in front of it.')
    setup(page.appendStr('Cafile', label='CA File'), '',
          'For uploads to https://: a PEM file with the display\'s certificate, or its authority\'s. Empty: whom Python trusts.')
    setup(page.appendInt('Port', label='Stream Port'), 81, 'For streams: 81 on a p3a, 8081 where a program may not take that.',
          min=1, max=65535, clampMin=True, clampMax=True)
    setup(page.appendInt('Httpport', label='HTTP Port'), 80, 'For uploads: 80 on a p3a, 8080 where a program may not take that.',
          min=1, max=65535, clampMin=True, clampMax=True)
    setup(page.appendMenu('Mode'), 'stream', 'Stream: live. Raw: one picture at a time. Upload: kept on the display, at most 2 a second.',
          menuNames=['stream', 'raw', 'upload'], menuLabels=['Stream', 'Raw', 'Upload'])
    setup(page.appendMenu('Format'), 'jpeg', 'JPEG: small. PNG, RGB: exact. RGB is taken without stalling the GPU.',
          menuNames=['jpeg', 'png', 'rgb'], menuLabels=['JPEG', 'PNG', 'RGB'])
    setup(page.appendFloat('Quality'), 0.8, 'Of JPEG. Lowered by itself while frames are too large for the display.',
          min=0.1, max=1, clampMin=True, clampMax=True, normMin=0.1, normMax=1)
    setup(page.appendFloat('Maxfps', label='Max FPS'), 30, 'Pictures a second, at most.',
          min=0.1, max=60, clampMin=True, clampMax=True, normMin=1, normMax=60)
    setup(page.appendMenu('Fit'), 'fitbest', 'How a picture of another shape lies on the panel.',
          menuNames=['fitbest', 'fitoutside', 'fill'], menuLabels=['Whole', 'Fill the panel', 'Stretch'])
    setup(page.appendToggle('Header'), True, 'Sends the 8 byte header and sequence number; off: bare files.')
    setup(page.appendToggle('Flip', label='Flip RGB'), False, 'If Format RGB shows the picture upside down in your version.')
    setup(page.appendToggle('Testpattern', label='Test Pattern'), False, 'Red, green, blue and white corners on a gray ramp.')
    setup(page.appendToggle('Touch'), True, 'Asks the display for touches (from the next connection on).')
    for pulse, label in (('Uploadnow', 'Upload Now'), ('Retrylast', 'Retry Last Upload'), ('Reconnect', 'Reconnect')):
        page.appendPulse(pulse, label=label)
    setup(page.appendStr('Status'), 'off', 'What is going on.')
    comp.par.Status.readOnly = True

    # The extension, last: it finds everything above.
    if comp.par['ext0object'] is None:
        comp.seq.ext.numBlocks = 1
    comp.par.ext0object = "op('./p3a_live').module.P3aLive(me)"
    comp.par.ext0promote = True
    if comp.par['initextonstart'] is not None:  # newer versions
        comp.par.initextonstart = True
    comp.par.reinitextensions.pulse()
    comp.Start()
    return comp
