/* The instruction sets that functions are compiled for; which one runs is chosen at run time. */
#ifndef COPYDESK_LEVELS_H
#define COPYDESK_LEVELS_H

#include <stdbool.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "numbers are read from memory as they stand there: little-endian; numpy will do"
#endif

enum level { BASELINE, AVX2, AVX512, LEVELS };

/* A function body written once and compiled into a function of each level. */
#define EVERY_LEVEL static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define HAVE_X86 1
#define FOR_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define FOR_AVX512 \
    __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512dq,avx512vl," \
                          "avx512vbmi,avx512vbmi2")))
#else
#define HAVE_X86 0
#endif

/* The best level that this processor, and the system it runs under, have. */
static inline enum level best_level(void)
{
#if HAVE_X86
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")
                && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt")
                && __builtin_cpu_supports("popcnt");
    bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                  && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                  && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
    return avx2 ? avx512 ? AVX512 : AVX2 : BASELINE;
#else
    return BASELINE;
#endif
}

#endif
