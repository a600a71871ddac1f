# SPDX-License-Identifier: LGPL-2.1-or-later
"""gdb and the dynamic linker: which objects there are, who holds them, what still waits.

    info dlobjects [TEXT]   objects in the world, with state, handles and memory
    info dlholders [TEXT]   and everything that holds them, in the words of LD_DEBUG=unload
    info dldelays           closed objects whose memory is still there, and why
    dlsymbols FILE          load the linker's symbols (ld*-uClibc.debug) where the linker is

TEXT picks the objects that have it in their path.  The commands read the process's memory and
call nothing in it, so that they work anywhere, and on core files.  gdb finds them in the .debug
file of the linker (if its directory is in `set auto-load safe-path`), or by `source`.
"""
import re

import gdb

EDGES = {0: "needed", 1: "filter", 2: "bound"}


def linker_state():
    """struct ld, or a sentence that says how to get it."""
    symbol = gdb.lookup_global_symbol("ld") or gdb.lookup_static_symbol("ld")
    if symbol is None or symbol.type.strip_typedefs().code != gdb.TYPE_CODE_STRUCT:
        raise gdb.GdbError(
            "The dynamic linker's symbols are not here: dlsymbols FILE loads them, FILE being"
            " ld*-uClibc.debug of the build that is running."
        )
    try:
        state = symbol.value()
        if int(state["space"]["map"]["count"]) == 0:
            raise gdb.GdbError("The dynamic linker has not loaded anything yet.")
    except gdb.MemoryError:
        raise gdb.GdbError("No process is running, or the linker's symbols are at a wrong address.")
    return state


def text(pointer):
    return pointer.string("utf-8", "backslashreplace") if int(pointer) else ""


def path(state, thing):
    name = text(state["process"]["program_name"] if thing["is_program"] else thing["map"]["l_name"])
    return name + thing["space"]["field"].string()


def state_word(thing):
    return str(thing["state"]).rsplit("OBJECT_", 1)[-1].lower()


def object_of(node):
    """The object that a pointer to its node leads to."""
    kind = gdb.lookup_type("struct object")
    offset = next(f.bitpos // 8 for f in kind.fields() if f.name == "node")
    address = int(node) - offset
    return gdb.Value(address).cast(kind.pointer()).dereference()


def chain(first, follow):
    """What a list links; a list that memory has been written over ends with a sentence."""
    seen = set()
    while int(first):
        if int(first) in seen:
            raise gdb.GdbError("A list of the dynamic linker leads back into itself: memory is damaged.")
        seen.add(int(first))
        yield first.dereference()
        first = follow(first)


def objects(state, wanted):
    kind = gdb.lookup_type("struct object").pointer()
    for space in chain(state["space"].address, lambda p: p["next"]):
        for thing in chain(space["map"]["first"], lambda p: p["map"]["l_next"].cast(kind)):
            if wanted in path(state, thing):
                yield thing


def holders(state, thing):
    node = thing["node"]
    for field, word in (
        ("handles", "handle"),
        ("startup", "startup"),
        ("nodelete", "nodelete"),
        ("unique", "unique"),
        ("tls_dtors", "tls-dtor"),
        ("running", "running"),
    ):
        if int(node[field]):
            yield "reason=%s count=%d" % (word, int(node[field]))
    for edge in chain(node["in"], lambda p: p["next_in"]):
        line = "reason=%s by=%s" % (EDGES.get(int(edge["kind"]), "?"), path(state, object_of(edge["from"])))
        if int(edge["symbol"]):
            line += " symbol=%s" % text(edge["symbol"])
        yield line + " count=%d" % int(edge["count"])


def extent(thing):
    start, length = int(thing["start"]), int(thing["length"])
    return "0x%x+0x%x" % (start, length) if start else "not mapped by the linker"


class Objects(gdb.Command):
    """Objects that the dynamic linker has loaded: state, handles, memory.  info dlobjects [TEXT]"""

    def __init__(self):
        super().__init__("info dlobjects", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        state = linker_state()
        for thing in objects(state, argument.strip()):
            print(
                "%s id=%d state=%s handles=%d memory=%s"
                % (path(state, thing), int(thing["id"]), state_word(thing), int(thing["node"]["handles"]), extent(thing))
            )


class Holders(gdb.Command):
    """Who keeps objects loaded, as LD_DEBUG=unload says it.  info dlholders [TEXT]"""

    def __init__(self):
        super().__init__("info dlholders", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        state = linker_state()
        for thing in objects(state, argument.strip()):
            print("%s (%s)" % (path(state, thing), state_word(thing)))
            for line in holders(state, thing):
                print("  " + line)


class Delays(gdb.Command):
    """Closed objects whose memory is still there, and why.  info dldelays"""

    def __init__(self):
        super().__init__("info dldelays", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        state = linker_state()
        count = 0
        for thing in chain(state["retired"]["first"], lambda p: p["retire"]["next"]):
            parked = bool(thing["retire"]["parked"])
            reason = "LD_DLCLOSE" if parked else text(thing["retire"]["delay"])
            print("%s reason=%s memory=%s" % (path(state, thing), reason, extent(thing)))
            count += 1
        if not count:
            print("Nothing waits.")


class Symbols(gdb.Command):
    """Load the dynamic linker's symbols where it is in this process.  dlsymbols FILE"""

    def __init__(self):
        super().__init__("dlsymbols", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        if not argument.strip():
            raise gdb.GdbError("dlsymbols FILE: which file?  ld*-uClibc.debug of the build that is running.")
        base = re.search(r"^7 .*?(0x[0-9a-f]+)$", gdb.execute("info auxv", to_string=True), re.M)
        if not base or int(base.group(1), 16) == 0:
            raise gdb.GdbError("The program has no dynamic linker, or is the linker itself.")
        gdb.execute("add-symbol-file %s -o %s" % (argument.strip(), base.group(1)), to_string=True)


Objects()
Holders()
Delays()
Symbols()
