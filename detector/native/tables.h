/* The tables that texts are read with, as Python holds them: capsules. */
#ifndef COPYDESK_TABLES_H
#define COPYDESK_TABLES_H

#include "buffers.h"
#include "fold.h"
#include "outline.h"

/* folding(table: uint32[0x110000], expansions: uint32[n, 4]) -> capsule */
PyObject *py_folding(PyObject *module, PyObject *args);

/* lexis(kinds: uint8[points], line, sizes: int64[k], words: uint32[k], kinds: uint8[k],
 * stems: uint32[k], endings: S8[e, 2]) -> capsule: words laid end to end in UTF-8 */
PyObject *py_lexis(PyObject *module, PyObject *args);

/* NULL and an error where a capsule is another. */
const struct folding *folding_of(PyObject *capsule);
const struct lexis *lexis_of(PyObject *capsule);

#endif
