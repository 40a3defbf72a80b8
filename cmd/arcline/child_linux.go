package main

import "syscall"

// childAttr makes the kernel end the service when the demo itself is killed.
func childAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
