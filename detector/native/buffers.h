/* What the files that speak with Python share. */
#ifndef COPYDESK_BUFFERS_H
#define COPYDESK_BUFFERS_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdlib.h>
#include <string.h>

#include "growing.h"
#include "levels.h"

static inline PyObject *bad_value(const char *message)
{
    PyErr_SetString(PyExc_ValueError, message);
    return NULL;
}

/* 0: this processor cannot run it. */
static inline int check_level(int level)
{
    if (level >= BASELINE && level <= (int)best_level())
        return 1;
    bad_value("this processor cannot run that level");
    return 0;
}

static inline size_t items(const Py_buffer *buffer, size_t size)
{
    return (size_t)buffer->len / size;
}

#endif
